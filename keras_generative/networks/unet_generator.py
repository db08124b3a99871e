import keras
import numpy as np
from keras import layers

from keras_generative.networks.instance_norm import instance_normalized
from keras_generative.networks.sizes import check_output_channels
from keras_generative.networks.sizes import check_sides
from keras_generative.networks.strided import doubled
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed

_MOST_FILTERS = 8  # times `base_filters`
_STAGES_WITH_DROPOUT = 3


def unet_generator(
    input_shape,
    output_channels=None,
    base_filters=64,
    stages=None,
    dropout=0.5,
    output_activation="tanh",
    seed=None,
):
    """Maps images to images of that size, fine detail past the bottleneck.

    The U-Net of pix2pix: each stage halves the sides on the way down and
    doubles them on the way up, where it is also given the map of that size
    from the way down. The three innermost stages on the way up end in
    dropout, the noise of pix2pix.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of 4, or of `2 ** stages`.
        output_channels: Positive integer. Defaults to `None`, as many as
            there are in `input_shape`.
        base_filters: Positive integer, feature maps of the first stage. They
            double with each stage, up to eight times as many. Defaults to
            `64`.
        stages: Integer of at least 2, how often the sides are halved.
            Defaults to `None`, as often as they are even, up to 8 times.
        dropout: Float in [0, 1), the share of numbers that dropout sets to
            0. Defaults to `0.5`.
        output_activation: Keras activation or its id, `None` for images of
            any range. Defaults to `"tanh"`, images in [-1, 1].
        seed: Integer, at least 0, of the dropout. Defaults to `None`, drawn.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to images of shape (batch, height, width, output_channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = unet_generator((256, 256, 1), output_channels=3)

    Reference:

    - [Isola et al., 2017](https://arxiv.org/abs/1611.07004), appendix 6.1.
    """
    shape, stages = check_sides(input_shape, "input_shape", stages, 2)
    channels = check_output_channels(output_channels, shape)
    check_positive_integer(base_filters, "base_filters")
    if check_number(dropout, "dropout", 0.0, 1.0) == 1.0:
        raise ValueError(
            f"Argument `dropout` must be below 1. Received: dropout={dropout!r}"
        )
    filters = [
        base_filters * min(2**stage, _MOST_FILTERS) for stage in range(stages)
    ]
    images = keras.Input(shape, name="images")
    x, skips = _down(images, filters)
    x = _up(x, skips, _dropouts(dropout, seed))
    outputs = doubled(
        x,
        channels,
        4,
        activation=output_activation,
        dtype=output_dtype(),
        name="outputs",
    )
    return keras.Model(images, outputs, name="generator")


def _down(images, filters):
    """The innermost map, and those before it."""
    x, maps = images, []
    for stage, count in enumerate(filters):
        if stage > 0:
            x = layers.LeakyReLU(negative_slope=0.2)(x)
        x = halved(x, count, 4)
        # Neither the first nor the innermost, as in the paper.
        if 0 < stage < len(filters) - 1:
            x = instance_normalized(x)
        maps.append(x)
    return x, maps[:-1]


def _dropouts(rate, seed):
    """Layers for the innermost stages."""
    if seed is None:
        seed = np.random.randint(2**31 - _STAGES_WITH_DROPOUT)
    seed = check_seed(seed)
    # Without a seed, Keras takes torch's own noise there, which no file holds.
    return [
        layers.Dropout(rate, seed=seed + stage)
        for stage in range(_STAGES_WITH_DROPOUT if rate else 0)
    ]


def _up(x, skips, dropouts):
    """Back to half the size of the image."""
    for stage, skip in enumerate(reversed(skips)):
        x = layers.ReLU()(x)
        x = instance_normalized(doubled(x, skip.shape[-1], 4))
        if stage < len(dropouts):
            x = dropouts[stage](x)
        x = layers.Concatenate()([x, skip])
    return layers.ReLU()(x)
