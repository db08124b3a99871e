"""Convolutional networks, for images whose sides can be halved."""

import math

import keras
from keras import layers

from keras_generative.networks.heads import latent_outputs
from keras_generative.networks.labels import joint
from keras_generative.networks.labels import label_input
from keras_generative.networks.labels import with_label_channel
from keras_generative.networks.labels import with_label_vector
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sizes
from keras_generative.networks.strided import doubled
from keras_generative.networks.strided import flattened
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def conv_encoder(
    input_shape,
    latent_dim,
    filters=(32, 64),
    gaussian=False,
    num_classes=None,
):
    """Maps images to latents by strided convolutions.

    Args:
        input_shape: Tuple (height, width, channels).
        latent_dim: Positive integer.
        filters: Tuple of positive integers, the feature maps of the relu
            layers, each of which halves height and width. Defaults to
            `(32, 64)`.
        gaussian: Boolean. If `True` there are two outputs, `z_mean` and
            `z_log_var`, as a `VAE` needs. Defaults to `False`.
        num_classes: Positive integer, for an encoder of `[images, labels]`;
            labels are embedded as one more channel. Defaults to `None`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to latents of shape (batch, latent_dim), or a pair of them.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> encoder = conv_encoder((28, 28, 1), latent_dim=16, gaussian=True)
    """
    shape = check_shape(input_shape, "input_shape", IMAGE)
    return build_encoder(shape, latent_dim, filters, gaussian, num_classes)


def conv_decoder(
    latent_dim,
    output_shape,
    filters=(64, 32),
    output_activation="sigmoid",
    num_classes=None,
):
    """Maps latents to images by transposed convolutions.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), height and width
            multiples of `2 ** len(filters)`.
        filters: Tuple of one or more positive integers, the feature maps of
            the relu layers, after each of which height and width double.
            Defaults to `(64, 32)`.
        output_activation: Keras activation or its id, `None` for images of
            any range. Defaults to `"sigmoid"`, images in [0, 1].
        num_classes: Positive integer, for a decoder of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> decoder = conv_decoder(16, (28, 28, 1))
    """
    return build_decoder(
        latent_dim, output_shape, IMAGE, filters, output_activation, num_classes
    )


def build_encoder(shape, latent_dim, filters, gaussian, num_classes):
    """`conv_encoder` of images or series."""
    images = keras.Input(shape, name="images")
    labels = label_input(num_classes)
    x = with_label_channel(images, labels, num_classes)
    for count in check_sizes(filters, "filters"):
        x = halved(x, count, 3, activation="relu")
    outputs = latent_outputs(flattened(x), latent_dim, gaussian)
    return keras.Model(joint(images, labels), outputs, name="encoder")


def build_decoder(
    latent_dim, output_shape, axes, filters, output_activation, num_classes
):
    """`conv_decoder` of images or series."""
    check_positive_integer(latent_dim, "latent_dim")
    filters = check_sizes(filters, "filters", at_least=1)
    *sides, channels = check_shape(
        output_shape, "output_shape", axes, multiple_of=2 ** len(filters)
    )
    smallest = (*(side // 2 ** len(filters) for side in sides), filters[0])
    z = keras.Input((latent_dim,), name="z")
    labels = label_input(num_classes)
    x = with_label_vector(z, labels, num_classes)
    x = layers.Dense(math.prod(smallest), activation="relu")(x)
    x = layers.Reshape(smallest)(x)
    for count in filters[1:]:
        x = doubled(x, count, 3, activation="relu")
    images = doubled(
        x,
        channels,
        3,
        activation=output_activation,
        dtype=output_dtype(),
        name="images",
    )
    return keras.Model(joint(z, labels), images, name="decoder")
