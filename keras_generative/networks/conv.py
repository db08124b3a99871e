"""Convolutional networks, for images whose sides can be halved."""

import math

import keras
from keras import layers

from keras_generative.networks.heads import latent_outputs
from keras_generative.networks.sizes import check_sizes
from keras_generative.utils.validation import check_image_shape
from keras_generative.utils.validation import check_positive_integer


def conv_encoder(input_shape, latent_dim, filters=(32, 64), gaussian=False):
    """Maps images to latents by strided convolutions.

    Args:
        input_shape: Tuple (height, width, channels).
        latent_dim: Positive integer.
        filters: Tuple of positive integers, the feature maps of the relu
            layers, each of which halves height and width. Defaults to
            `(32, 64)`.
        gaussian: Boolean. If `True` there are two outputs, `z_mean` and
            `z_log_var`, as a `VAE` needs. Defaults to `False`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to latents of shape (batch, latent_dim), or a pair of them.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> encoder = conv_encoder((28, 28, 1), latent_dim=16, gaussian=True)
    """
    images = x = keras.Input(
        check_image_shape(input_shape, "input_shape"), name="images"
    )
    for count in check_sizes(filters, "filters"):
        x = layers.Conv2D(
            count, 3, strides=2, padding="same", activation="relu"
        )(x)
    outputs = latent_outputs(layers.Flatten()(x), latent_dim, gaussian)
    return keras.Model(images, outputs, name="encoder")


def conv_decoder(
    latent_dim, output_shape, filters=(64, 32), output_activation="sigmoid"
):
    """Maps latents to images by transposed convolutions.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), height and width
            multiples of `2 ** len(filters)`.
        filters: Tuple of one or more positive integers, the feature maps of
            the relu layers, after each of which height and width double.
            Defaults to `(64, 32)`.
        output_activation: Keras activation or its id. Defaults to
            `"sigmoid"`, images in [0, 1].

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> decoder = conv_decoder(16, (28, 28, 1))
    """
    check_positive_integer(latent_dim, "latent_dim")
    filters = check_sizes(filters, "filters", at_least=1)
    height, width, channels = check_image_shape(
        output_shape, "output_shape", multiple_of=2 ** len(filters)
    )
    depths = (*filters, channels)
    smallest = (
        height // 2 ** len(filters),
        width // 2 ** len(filters),
        depths[0],
    )
    z = keras.Input((latent_dim,), name="z")
    x = layers.Dense(math.prod(smallest), activation="relu")(z)
    x = layers.Reshape(smallest)(x)
    for count in depths[1:-1]:
        x = layers.Conv2DTranspose(
            count, 3, strides=2, padding="same", activation="relu"
        )(x)
    # In float32 under mixed precision too, for the loss.
    images = layers.Conv2DTranspose(
        channels,
        3,
        strides=2,
        padding="same",
        activation=output_activation,
        dtype="float32",
        name="images",
    )(x)
    return keras.Model(z, images, name="decoder")
