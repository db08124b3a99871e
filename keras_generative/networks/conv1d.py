"""The convolutional networks for series in place of images."""

from keras_generative.networks.conv import build_decoder
from keras_generative.networks.conv import build_encoder
from keras_generative.networks.dcgan import build_discriminator
from keras_generative.networks.dcgan import build_generator
from keras_generative.networks.sizes import SERIES
from keras_generative.networks.sizes import check_shape


def conv1d_encoder(
    input_shape,
    latent_dim,
    filters=(32, 64),
    gaussian=False,
    num_classes=None,
):
    """Maps series to latents by strided convolutions.

    Args:
        input_shape: Tuple (length, channels).
        latent_dim: Positive integer.
        filters: Tuple of positive integers, the features of the relu layers,
            each of which halves the length. Defaults to `(32, 64)`.
        gaussian: Boolean. If `True` there are two outputs, `z_mean` and
            `z_log_var`, as a `VAE` needs. Defaults to `False`.
        num_classes: Positive integer, for an encoder of `[series, labels]`;
            labels are embedded as one more channel. Defaults to `None`.

    Returns:
        Functional `keras.Model` from series of shape (batch, length,
        channels) to latents of shape (batch, latent_dim), or a pair of them.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> encoder = conv1d_encoder((128, 3), latent_dim=16, gaussian=True)
    """
    shape = check_shape(input_shape, "input_shape", SERIES)
    return build_encoder(shape, latent_dim, filters, gaussian, num_classes)


def conv1d_decoder(
    latent_dim,
    output_shape,
    filters=(64, 32),
    output_activation=None,
    num_classes=None,
):
    """Maps latents to series by transposed convolutions.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (length, channels), the length a multiple of
            `2 ** len(filters)`.
        filters: Tuple of one or more positive integers, the features of the
            relu layers, after each of which the length doubles. Defaults to
            `(64, 32)`.
        output_activation: Keras activation or its id. Defaults to `None`,
            series of any range.
        num_classes: Positive integer, for a decoder of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to series of shape
        (batch, length, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> decoder = conv1d_decoder(16, (128, 3))
    """
    return build_decoder(
        latent_dim,
        output_shape,
        SERIES,
        filters,
        output_activation,
        num_classes,
    )


def conv1d_generator(
    latent_dim,
    output_shape,
    base_filters=32,
    output_activation=None,
    num_classes=None,
):
    """Makes series by transposed convolutions, as `dcgan_generator` images.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (length, channels), the length a multiple of 4.
        base_filters: Positive integer, features at half the length of the
            series. Defaults to `32`.
        output_activation: Keras activation or its id. Defaults to `None`,
            series of any range.
        num_classes: Positive integer, for a generator of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to series of shape
        (batch, length, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = conv1d_generator(64, (128, 3))
    """
    shape = check_shape(output_shape, "output_shape", SERIES, multiple_of=4)
    return build_generator(
        latent_dim, shape, base_filters, output_activation, num_classes
    )


def conv1d_discriminator(
    input_shape, base_filters=16, num_classes=None, outputs=(1,)
):
    """Scores series by strided convolutions, as `dcgan_discriminator` images.

    Args:
        input_shape: Tuple (length, channels), the length a multiple of 4.
        base_filters: Positive integer, features at half the length of the
            series. Defaults to `16`.
        num_classes: Positive integer, for a projection discriminator of
            `[series, labels]`. Defaults to `None`.
        outputs: Tuple of positive integers, the size of each output: the
            score, `(1,)`, and what a model asks for beside it, as
            `(1, num_classes)` for an `ACGAN`. Defaults to `(1,)`.

    Returns:
        Functional `keras.Model` from series of shape (batch, length,
        channels) to logits of shape (batch, 1), or a list of outputs.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = conv1d_discriminator((128, 3))
    """
    shape = check_shape(input_shape, "input_shape", SERIES, multiple_of=4)
    return build_discriminator(shape, base_filters, num_classes, outputs)
