"""Dense networks, for samples of any shape: images, series, vectors."""

import math

import keras
from keras import layers

from keras_generative.networks.heads import discriminator_outputs
from keras_generative.networks.heads import latent_outputs
from keras_generative.networks.labels import joint
from keras_generative.networks.labels import label_input
from keras_generative.networks.labels import with_label_vector
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sizes
from keras_generative.networks.strided import flattened
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def mlp_encoder(
    input_shape,
    latent_dim,
    hidden_units=(512,),
    gaussian=False,
    num_classes=None,
):
    """Maps images to latents by dense layers.

    Args:
        input_shape: Tuple (height, width, channels), or any other
            shape of a sample, as (length, channels) or (num_features,).
        latent_dim: Positive integer.
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(512,)`.
        gaussian: Boolean. If `True` there are two outputs, `z_mean` and
            `z_log_var`, as a `VAE` needs. Defaults to `False`.
        num_classes: Positive integer, for an encoder of `[images, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to latents of shape (batch, latent_dim), or a pair of them.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> encoder = mlp_encoder((28, 28, 1), latent_dim=2, gaussian=True)
    """
    images = keras.Input(check_shape(input_shape, "input_shape"), name="images")
    labels = label_input(num_classes)
    x = with_label_vector(flattened(images), labels, num_classes)
    outputs = latent_outputs(_dense(x, hidden_units), latent_dim, gaussian)
    return keras.Model(joint(images, labels), outputs, name="encoder")


def mlp_decoder(
    latent_dim,
    output_shape,
    hidden_units=(512,),
    output_activation="sigmoid",
    num_classes=None,
):
    """Maps latents to images by dense layers.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), or any other
            shape of a sample, as (length, channels) or (num_features,).
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(512,)`.
        output_activation: Keras activation or its id, `None` for samples of
            any range. Defaults to `"sigmoid"`, images in [0, 1].
        num_classes: Positive integer, for a decoder of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> decoder = mlp_decoder(2, (28, 28, 1))
    """
    return _latents_to_images(
        latent_dim,
        output_shape,
        hidden_units,
        output_activation,
        num_classes,
        name="decoder",
    )


def mlp_generator(
    latent_dim,
    output_shape,
    hidden_units=(256, 512),
    output_activation="tanh",
    num_classes=None,
):
    """Maps latents to images by dense layers, for a GAN.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), or any other
            shape of a sample, as (length, channels) or (num_features,).
        hidden_units: Tuple of positive integers, the units of the relu
            layers. Defaults to `(256, 512)`.
        output_activation: Keras activation or its id, `None` for samples of
            any range. Defaults to `"tanh"`, images in [-1, 1].
        num_classes: Positive integer, for a generator of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = mlp_generator(64, (28, 28, 1))
    """
    return _latents_to_images(
        latent_dim,
        output_shape,
        hidden_units,
        output_activation,
        num_classes,
        name="generator",
    )


def mlp_discriminator(
    input_shape, hidden_units=(512, 256), num_classes=None, outputs=(1,)
):
    """Scores images by dense layers.

    Args:
        input_shape: Tuple (height, width, channels), or any other
            shape of a sample, as (length, channels) or (num_features,).
        hidden_units: Tuple of positive integers, the units of the leaky relu
            layers. Defaults to `(512, 256)`.
        num_classes: Positive integer, for a projection discriminator of
            `[images, labels]`. Defaults to `None`.
        outputs: Tuple of positive integers, the size of each output: the
            score, `(1,)`, and what a model asks for beside it, as
            `(1, num_classes)` for an `ACGAN`. Defaults to `(1,)`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to logits of shape (batch, 1), or a list of outputs.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = mlp_discriminator((28, 28, 1))

    Reference:

    - [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), for the
      projection.
    """
    images = keras.Input(check_shape(input_shape, "input_shape"), name="images")
    labels = label_input(num_classes)
    x = flattened(images)
    for units in check_sizes(hidden_units, "hidden_units"):
        x = layers.Dense(units)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    y = discriminator_outputs(x, labels, num_classes, outputs)
    return keras.Model(joint(images, labels), y, name="discriminator")


def _latents_to_images(
    latent_dim,
    output_shape,
    hidden_units,
    output_activation,
    num_classes,
    name,
):
    check_positive_integer(latent_dim, "latent_dim")
    shape = check_shape(output_shape, "output_shape")
    z = keras.Input((latent_dim,), name="z")
    labels = label_input(num_classes)
    x = with_label_vector(z, labels, num_classes)
    x = _dense(x, hidden_units)
    x = layers.Dense(
        math.prod(shape), activation=output_activation, dtype=output_dtype()
    )(x)
    images = layers.Reshape(shape, dtype=output_dtype(), name="images")(x)
    return keras.Model(joint(z, labels), images, name=name)


def _dense(x, hidden_units):
    for units in check_sizes(hidden_units, "hidden_units"):
        x = layers.Dense(units, activation="relu")(x)
    return x
