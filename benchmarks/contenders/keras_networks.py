"""The networks of the tasks, in Keras."""

import math

import keras
from keras import layers

import keras_generative as kg


def make(task):
    """Encoder and decoder, or generator and discriminator."""
    shape, latent_dim = task.image_shape, task.latent_dim
    if task.networks == "classic_dcgan":
        return classic_generator(latent_dim, shape), classic_discriminator(
            shape
        )
    if task.networks == "small_dcgan":
        return (
            kg.networks.dcgan_generator(latent_dim, shape),
            kg.networks.dcgan_discriminator(shape),
        )
    gaussian = task.kind != "autoencoder"
    if task.networks == "mlp":
        return (
            kg.networks.mlp_encoder(shape, latent_dim, gaussian=gaussian),
            kg.networks.mlp_decoder(latent_dim, shape),
        )
    return (
        kg.networks.conv_encoder(shape, latent_dim, gaussian=gaussian),
        kg.networks.conv_decoder(latent_dim, shape),
    )


def classic_generator(latent_dim, shape):
    """That of the classic collection of Keras GANs."""
    height, width, channels = shape
    smallest = (height // 4, width // 4, 128)
    z = keras.Input((latent_dim,))
    x = layers.Dense(math.prod(smallest), activation="relu")(z)
    x = layers.Reshape(smallest)(x)
    for filters in (128, 64):
        x = layers.UpSampling2D()(x)
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.8)(x)
        x = layers.ReLU()(x)
    images = layers.Conv2D(
        channels, 3, padding="same", activation="tanh", dtype="float32"
    )(x)
    return keras.Model(z, images)


def classic_discriminator(shape):
    """That of the classic collection of Keras GANs."""
    images = x = keras.Input(shape)
    for filters, strides in ((32, 2), (64, 2), (128, 2), (256, 1)):
        x = layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
        if filters > 32:
            x = layers.BatchNormalization(momentum=0.8)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
        x = layers.Dropout(0.25)(x)
    logits = layers.Dense(1, dtype="float32")(layers.Flatten()(x))
    return keras.Model(images, logits)
