import keras
from keras import layers
from keras import ops

from keras_generative.networks.instance_norm import instance_normalized
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_output_channels
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.strided import doubled
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def resnet_generator(
    input_shape,
    output_channels=None,
    base_filters=64,
    blocks=6,
    output_activation="tanh",
):
    """Maps images to images of that size by residual blocks.

    The generator of CycleGAN: the sides are halved twice, changed by blocks
    of two convolutions that add to what they are given, and doubled twice.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of 4 from 8 on.
        output_channels: Positive integer. Defaults to `None`, as many as
            there are in `input_shape`.
        base_filters: Positive integer, feature maps at full size; there are
            four times as many in the blocks. Defaults to `64`.
        blocks: Positive integer. The paper has 6 for sides of 128, and 9 for
            256 and more. Defaults to `6`.
        output_activation: Keras activation or its id, `None` for images of
            any range. Defaults to `"tanh"`, images in [-1, 1].

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to images of shape (batch, height, width, output_channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = resnet_generator((256, 256, 3), blocks=9)

    Reference:

    - [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), appendix 7.2.
    - [Johnson et al., 2016](https://arxiv.org/abs/1603.08155).
    """
    # What is reflected at the border of a map is more than a pixel of it.
    shape = check_shape(
        input_shape, "input_shape", IMAGE, multiple_of=4, at_least=8
    )
    channels = check_output_channels(output_channels, shape)
    check_positive_integer(base_filters, "base_filters")
    check_positive_integer(blocks, "blocks")

    images = keras.Input(shape, name="images")
    x = _normalized_relu(_convolved(images, base_filters, 7))
    for stage in (2, 4):
        x = _normalized_relu(halved(x, base_filters * stage, 3))
    for _ in range(blocks):
        x = _residual_block(x)
    for stage in (2, 1):
        x = _normalized_relu(doubled(x, base_filters * stage, 3))
    outputs = _convolved(
        x,
        channels,
        7,
        activation=output_activation,
        dtype=output_dtype(),
        name="outputs",
    )
    return keras.Model(images, outputs, name="generator")


def _residual_block(x):
    y = _normalized_relu(_convolved(x, x.shape[-1], 3))
    y = instance_normalized(_convolved(y, x.shape[-1], 3))
    return layers.Add()([x, y])


def _normalized_relu(x):
    return layers.ReLU()(instance_normalized(x))


def _convolved(x, filters, kernel_size, **kwargs):
    """A map of the same size, of one that goes on mirrored at its border."""
    width = (kernel_size // 2,) * 2
    x = ops.pad(x, ((0, 0), width, width, (0, 0)), mode="reflect")
    layer = layers.Conv2D(
        filters, kernel_size, data_format="channels_last", **kwargs
    )
    return layer(x)
