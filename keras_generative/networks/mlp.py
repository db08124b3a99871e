"""Dense networks, for images of any size."""

import math

import keras
from keras import layers

from keras_generative.networks.heads import latent_outputs
from keras_generative.networks.sizes import check_sizes
from keras_generative.utils.validation import check_image_shape
from keras_generative.utils.validation import check_positive_integer


def mlp_encoder(input_shape, latent_dim, hidden_units=(512,), gaussian=False):
    """Maps images to latents by dense layers.

    Args:
        input_shape: Tuple (height, width, channels).
        latent_dim: Positive integer.
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(512,)`.
        gaussian: Boolean. If `True` there are two outputs, `z_mean` and
            `z_log_var`, as a `VAE` needs. Defaults to `False`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to latents of shape (batch, latent_dim), or a pair of them.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> encoder = mlp_encoder((28, 28, 1), latent_dim=2, gaussian=True)
    """
    images = keras.Input(
        check_image_shape(input_shape, "input_shape"), name="images"
    )
    x = _dense(layers.Flatten()(images), hidden_units)
    outputs = latent_outputs(x, latent_dim, gaussian)
    return keras.Model(images, outputs, name="encoder")


def mlp_decoder(
    latent_dim,
    output_shape,
    hidden_units=(512,),
    output_activation="sigmoid",
):
    """Maps latents to images by dense layers.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels).
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(512,)`.
        output_activation: Keras activation or its id. Defaults to
            `"sigmoid"`, images in [0, 1].

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> decoder = mlp_decoder(2, (28, 28, 1))
    """
    return _latents_to_images(
        latent_dim, output_shape, hidden_units, output_activation, "decoder"
    )


def mlp_generator(
    latent_dim,
    output_shape,
    hidden_units=(256, 512),
    output_activation="tanh",
):
    """Maps latents to images by dense layers, for a GAN.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels).
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(256, 512)`.
        output_activation: Keras activation or its id. Defaults to `"tanh"`,
            images in [-1, 1].

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = mlp_generator(64, (28, 28, 1))
    """
    return _latents_to_images(
        latent_dim, output_shape, hidden_units, output_activation, "generator"
    )


def mlp_discriminator(input_shape, hidden_units=(512, 256)):
    """Scores images by dense layers.

    Args:
        input_shape: Tuple (height, width, channels).
        hidden_units: Tuple of positive integers, the units of the leaky relu
            layers. Defaults to `(512, 256)`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to logits of shape (batch, 1).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = mlp_discriminator((28, 28, 1))
    """
    images = keras.Input(
        check_image_shape(input_shape, "input_shape"), name="images"
    )
    x = layers.Flatten()(images)
    for units in check_sizes(hidden_units, "hidden_units"):
        x = layers.Dense(units)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    logits = layers.Dense(1, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


def _latents_to_images(
    latent_dim, output_shape, hidden_units, output_activation, name
):
    check_positive_integer(latent_dim, "latent_dim")
    shape = check_image_shape(output_shape, "output_shape")
    z = keras.Input((latent_dim,), name="z")
    x = _dense(z, hidden_units)
    # In float32 under mixed precision too, for the loss.
    x = layers.Dense(
        math.prod(shape), activation=output_activation, dtype="float32"
    )(x)
    images = layers.Reshape(shape, dtype="float32", name="images")(x)
    return keras.Model(z, images, name=name)


def _dense(x, hidden_units):
    for units in check_sizes(hidden_units, "hidden_units"):
        x = layers.Dense(units, activation="relu")(x)
    return x
