"""What U-Nets are made of, for images or series of features."""

import math

from keras import layers
from keras import ops

CONVOLUTION = {1: layers.Conv1D, 2: layers.Conv2D}
MAX_GROUPS = 32
MIN_GROUP_SIZE = 4
HEAD_DIM = 64


def residual_block(x, codes, filters):
    """Adds two convolutions, the second scaled and shifted by a condition.

    Args:
        x: Tensor of shape (batch, ..., channels).
        codes: Tensor of shape (batch, n), the condition.
        filters: Integer, the channels of the output.

    Returns:
        Tensor of shape (batch, ..., filters), in the beginning `x`, or a
        projection of it if the channels differ.
    """
    y = layers.Activation("swish")(normalized(x))
    y = normalized(convolution(y, filters, 3))
    scale, shift = modulation(codes, 2, filters, len(x.shape))
    y = layers.Activation("swish")(y * (1.0 + scale) + shift)
    y = convolution(y, filters, 3, kernel_initializer="zeros")
    if x.shape[-1] != filters:
        x = convolution(x, filters, 1)
    return layers.Add()([x, y])


def attention(x):
    """Adds to each position what it finds at all others.

    Args:
        x: Tensor of shape (batch, ..., channels).

    Returns:
        Tensor of that shape.
    """
    *sides, channels = x.shape[1:]
    y = layers.Reshape((math.prod(sides), channels))(normalized(x))
    y = layers.MultiHeadAttention(
        num_heads=max(1, channels // HEAD_DIM), key_dim=min(HEAD_DIM, channels)
    )(y, y)
    return layers.Add()([x, layers.Reshape((*sides, channels))(y)])


def modulation(codes, count, size, rank, **kwargs):
    """Vectors that depend on a condition, for all positions of features.

    Args:
        codes: Tensor of shape (batch, n), the condition.
        count: Integer, the number of vectors.
        size: Integer, the size of each.
        rank: Integer, of the features, the batch included.
        **kwargs: Of the dense layer that makes them.

    Returns:
        List of tensors of shape (batch, 1, ..., size).
    """
    x = layers.Dense(count * size, **kwargs)(codes)
    x = layers.Reshape((1,) * (rank - 2) + (count * size,))(x)
    return ops.split(x, count, axis=-1)


def normalized(x):
    """Normalizes each of as many groups of channels as fit the channels."""
    channels = x.shape[-1]
    groups = max(
        n
        for n in range(1, MAX_GROUPS + 1)
        if n == 1 or (channels % n == 0 and channels // n >= MIN_GROUP_SIZE)
    )
    return layers.GroupNormalization(groups)(x)


def convolution(x, filters, kernel_size, **kwargs):
    """A convolution of images or series that keeps their size."""
    layer = CONVOLUTION[len(x.shape) - 2](
        filters,
        kernel_size,
        padding="same",
        data_format="channels_last",
        **kwargs,
    )
    return layer(x)
