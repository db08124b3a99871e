"""U-Nets of diffusion and flow-matching models, for images or series."""

import keras
from keras import layers

from keras_generative.networks.denoising import condition
from keras_generative.networks.denoising import denoiser_inputs
from keras_generative.networks.residual_blocks import attention
from keras_generative.networks.residual_blocks import convolution
from keras_generative.networks.residual_blocks import normalized
from keras_generative.networks.residual_blocks import residual_block
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import SERIES
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sizes
from keras_generative.networks.strided import doubled
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def unet(
    input_shape,
    filters=(32, 64, 64),
    num_blocks=1,
    attention_sizes=(),
    num_classes=None,
):
    """Denoises images by a U-Net, of a diffusion or flow-matching model.

    Residual blocks on the way down to small maps and on the way up again,
    where they see what was there on the way down. Each block is shifted and
    scaled by what the network makes of time and labels. Between the two blocks
    at the bottom every position attends to all. The last convolution begins
    with zeros.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of `2 ** (len(filters) - 1)`.
        filters: Tuple of one or more positive integers, the feature maps at
            each size, the first at that of the image, from one to the next of
            which height and width are halved. Defaults to `(32, 64, 64)`.
        num_blocks: Positive integer, the residual blocks at each size, on the
            way down and again on the way up. Defaults to `1`.
        attention_sizes: Tuple of heights of maps, after whose blocks there is
            attention too. Defaults to `()`.
        num_classes: Positive integer, for a denoiser of
            `[images, time, labels]`, to which the label `num_classes` says
            that there is none. Defaults to `None`.

    Returns:
        Functional `keras.Model` of `[images, time]`, images of shape
        (batch, height, width, channels) and times in [0, 1] of shape
        (batch,), to tensors of the shape of the images, of any range.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> denoiser = unet((28, 28, 1))

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239), appendix B.
    - [Dhariwal and Nichol, 2021](https://arxiv.org/abs/2105.05233), section
      3.1, for scale and shift.
    """
    return _unet(
        input_shape, IMAGE, filters, num_blocks, attention_sizes, num_classes
    )


def unet1d(
    input_shape,
    filters=(32, 64, 64),
    num_blocks=1,
    attention_sizes=(),
    num_classes=None,
):
    """Denoises series by a U-Net, as `unet` images.

    Args:
        input_shape: Tuple (length, channels), the length a multiple of
            `2 ** (len(filters) - 1)`.
        filters: Tuple of one or more positive integers, the features at each
            length, the first at that of the series, from one to the next of
            which it is halved. Defaults to `(32, 64, 64)`.
        num_blocks: Positive integer, the residual blocks at each length, on
            the way down and again on the way up. Defaults to `1`.
        attention_sizes: Tuple of lengths, after whose blocks there is
            attention too. Defaults to `()`.
        num_classes: Positive integer, for a denoiser of
            `[series, time, labels]`, to which the label `num_classes` says
            that there is none. Defaults to `None`.

    Returns:
        Functional `keras.Model` of `[series, time]`, series of shape
        (batch, length, channels) and times in [0, 1] of shape (batch,), to
        tensors of the shape of the series, of any range.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> denoiser = unet1d((128, 3))
    """
    return _unet(
        input_shape, SERIES, filters, num_blocks, attention_sizes, num_classes
    )


def _unet(input_shape, axes, filters, num_blocks, attention_sizes, num_classes):
    filters = check_sizes(filters, "filters", at_least=1)
    shape = check_shape(
        input_shape, "input_shape", axes, multiple_of=2 ** (len(filters) - 1)
    )
    check_positive_integer(num_blocks, "num_blocks")
    sizes = [shape[0] // 2**level for level in range(len(filters))]
    _check_attention_sizes(attention_sizes, sizes)

    inputs = denoiser_inputs(shape, num_classes)
    images, time, *labels = inputs
    codes = condition(time, labels, num_classes, 4 * filters[0])

    def block(x, count):
        x = residual_block(x, codes, count)
        return attention(x) if x.shape[1] in attention_sizes else x

    x = convolution(images, filters[0], 3)
    passed = []
    for level, count in enumerate(filters):
        x = x if level == 0 else halved(x, count, 3)
        for _ in range(num_blocks):
            x = block(x, count)
            passed.append(x)

    x = residual_block(x, codes, filters[-1])
    x = residual_block(attention(x), codes, filters[-1])

    for level, count in reversed(list(enumerate(filters))):
        for _ in range(num_blocks):
            x = block(layers.Concatenate()([x, passed.pop()]), count)
        # The papers repeat pixels before a convolution, which is the same
        # kind of map, of more multiplications.
        x = x if level == 0 else doubled(x, filters[level - 1], 4)

    x = layers.Activation("swish")(normalized(x))
    x = convolution(
        x,
        shape[-1],
        3,
        kernel_initializer="zeros",
        dtype=output_dtype(),
        name="prediction",
    )
    return keras.Model(inputs, x, name="denoiser")


def _check_attention_sizes(attention_sizes, sizes):
    if not isinstance(attention_sizes, (tuple, list)) or not all(
        size in sizes for size in attention_sizes
    ):
        raise ValueError(
            "Argument `attention_sizes` must be a tuple of sizes that the "
            f"network has, of {sizes}. "
            f"Received: attention_sizes={attention_sizes!r}"
        )
