import keras
from keras import layers

from keras_generative.networks.instance_norm import instance_normalized
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sides
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer

_MOST_FILTERS = 8  # times `base_filters`


def patch_discriminator(
    input_shape, source_shape=None, base_filters=64, stages=None
):
    """Scores the patches of images, each by itself.

    The PatchGAN of pix2pix and CycleGAN. With three stages a score is that of
    70x70 pixels, with two of 34x34 and with one of 16x16.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of 4, or of `2 ** stages`.
        source_shape: Tuple (height, width, channels) of the same height and
            width, for a discriminator of `[source, images]`, which scores
            images as made of a source. Defaults to `None`, images alone.
        base_filters: Positive integer, feature maps of the first stage. They
            double with each stage, up to eight times as many. Defaults to
            `64`.
        stages: Positive integer, how often the sides are halved. Two pixels
            of them must be left. Defaults to `None`, as often as they are
            even, up to 3 times.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels), or a pair of sources and images, to logits of shape
        (batch, height / 2**stages, width / 2**stages, 1).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = patch_discriminator(
    ...     (256, 256, 3), source_shape=(256, 256, 1)
    ... )

    Reference:

    - [Isola et al., 2017](https://arxiv.org/abs/1611.07004), appendix 6.1.
    """
    # Of a single pixel, nothing would be left by the normalization.
    shape, stages = check_sides(
        input_shape, "input_shape", stages, 1, at_most=3, left=2
    )
    check_positive_integer(base_filters, "base_filters")
    images = x = keras.Input(shape, name="images")
    inputs = images
    if source_shape is not None:
        source = keras.Input(_check_source(source_shape, shape), name="source")
        inputs = [source, images]
        x = layers.Concatenate()(inputs)
    for stage in range(stages):
        x = halved(x, base_filters * min(2**stage, _MOST_FILTERS), 4)
        # Not the first, as in the papers.
        x = _activated(instance_normalized(x) if stage > 0 else x)
    filters = base_filters * min(2**stages, _MOST_FILTERS)
    x = _activated(instance_normalized(_convolved(x, filters)))
    logits = _convolved(x, 1, dtype=output_dtype(), name="logits")
    return keras.Model(inputs, logits, name="discriminator")


def _check_source(source_shape, shape):
    source_shape = check_shape(source_shape, "source_shape", IMAGE)
    if source_shape[:2] != shape[:2]:
        raise ValueError(
            "Argument `source_shape` must be of the height and width of "
            f"`input_shape`, {shape[:2]}: sources and images are joined by "
            f"their channels. Received: source_shape={source_shape}"
        )
    return source_shape


def _activated(x):
    return layers.LeakyReLU(negative_slope=0.2)(x)


def _convolved(x, filters, **kwargs):
    layer = layers.Conv2D(
        filters, 4, padding="same", data_format="channels_last", **kwargs
    )
    return layer(x)
