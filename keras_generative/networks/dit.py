import keras
import numpy as np
from keras import layers

from keras_generative.networks.denoising import condition
from keras_generative.networks.denoising import denoiser_inputs
from keras_generative.networks.denoising import frequencies
from keras_generative.networks.residual_blocks import modulation
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer

MLP_RATIO = 4


def dit(
    input_shape,
    patch_size=4,
    width=128,
    depth=4,
    num_heads=4,
    num_classes=None,
):
    """Denoises images by a transformer of patches with adaLN-Zero, a DiT.

    Each block attends to all patches, and passes each through a dense layer of
    four times the width. Both are scaled, shifted and gated by what the network
    makes of time and labels. All gates, and the last layer, begin with zeros.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of `patch_size`.
        patch_size: Positive integer, the sides of a patch. Defaults to `4`.
        width: Positive integer, the features of a patch, a multiple of 4 and
            of `num_heads`. Defaults to `128`.
        depth: Positive integer, the number of blocks. Defaults to `4`.
        num_heads: Positive integer, of the attention. Defaults to `4`.
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

    >>> denoiser = dit((28, 28, 1))

    Reference:

    - [Peebles and Xie, 2022](https://arxiv.org/abs/2212.09748), section 3.2.
    """
    check_positive_integer(patch_size, "patch_size")
    shape = check_shape(
        input_shape, "input_shape", IMAGE, multiple_of=patch_size
    )
    _check_width(width, num_heads)
    check_positive_integer(depth, "depth")

    inputs = denoiser_inputs(shape, num_classes)
    images, time, *labels = inputs
    codes = condition(time, labels, num_classes, width)
    x = _patches(images, patch_size, width)
    for _ in range(depth):
        x = _block(x, codes, num_heads)
    return keras.Model(
        inputs, _images(x, codes, shape, patch_size), name="denoiser"
    )


def position_embedding(height, width, dim):
    """Sines and cosines of rows, and of columns, of a grid.

    Args:
        height: Integer, the number of rows.
        width: Integer, the number of columns.
        dim: Integer, a multiple of 4.

    Returns:
        Pair of arrays of shapes (height, 1, dim), whose second half is zero,
        and (1, width, dim), whose first half is. Their sum is the embedding,
        and takes more room in a file.
    """
    rows, columns = (
        np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
        for angles in (
            np.outer(np.arange(size), frequencies(dim // 2))
            for size in (height, width)
        )
    )
    rows = np.pad(rows, ((0, 0), (0, dim // 2)))
    columns = np.pad(columns, ((0, 0), (dim // 2, 0)))
    return rows[:, None], columns[None]


def _patches(images, patch_size, width):
    """Vectors of patches, of shape (batch, patches, width)."""
    x = layers.Conv2D(
        width, patch_size, strides=patch_size, data_format="channels_last"
    )(images)
    for positions in position_embedding(*x.shape[1:]):
        x = x + positions.astype(output_dtype())
    return layers.Reshape((-1, width))(x)


def _block(x, codes, num_heads):
    width = x.shape[-1]
    shift, scale, gate, mlp_shift, mlp_scale, mlp_gate = modulation(
        codes, 6, width, 3, kernel_initializer="zeros"
    )
    y = _normalized(x) * (1.0 + scale) + shift
    y = layers.MultiHeadAttention(num_heads, width // num_heads)(y, y)
    x = x + gate * y
    y = _normalized(x) * (1.0 + mlp_scale) + mlp_shift
    y = layers.Dense(MLP_RATIO * width, activation="gelu")(y)
    return x + mlp_gate * layers.Dense(width)(y)


def _normalized(x):
    # It is the condition that scales and shifts.
    return layers.LayerNormalization(epsilon=1e-6, center=False, scale=False)(x)


def _images(x, codes, shape, patch_size):
    """Images, of patches of which each is linear in its vector."""
    height, width, channels = shape
    rows, columns = height // patch_size, width // patch_size
    shift, scale = modulation(
        codes, 2, x.shape[-1], 3, kernel_initializer="zeros"
    )
    dtype = output_dtype()
    x = layers.Dense(
        patch_size**2 * channels, kernel_initializer="zeros", dtype=dtype
    )(_normalized(x) * (1.0 + scale) + shift)
    x = layers.Reshape(
        (rows, columns, patch_size, patch_size, channels), dtype=dtype
    )(x)
    x = layers.Permute((1, 3, 2, 4, 5), dtype=dtype)(x)
    return layers.Reshape(shape, dtype=dtype, name="prediction")(x)


def _check_width(width, num_heads):
    check_positive_integer(width, "width")
    check_positive_integer(num_heads, "num_heads")
    if width % 4 or width % num_heads:
        raise ValueError(
            "Argument `width` must be a multiple of 4 and of `num_heads`. "
            f"Received: width={width}, num_heads={num_heads}"
        )
