"""What denoising networks are given beside noisy samples: time and labels."""

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_generative.networks.labels import label_embedding
from keras_generative.networks.labels import label_input
from keras_generative.utils.precision import output_dtype

# Times in [0, 1] are counted as the papers count their steps.
NUM_STEPS = 1000
LONGEST_WAVE = 10000
TIME_DIM = 64


def denoiser_inputs(shape, num_classes):
    """The inputs of a network of `[x, time]` or `[x, time, labels]`.

    Args:
        shape: Tuple, the shape of one sample.
        num_classes: Integer or `None`.
    """
    images = keras.Input(shape, name="images")
    time = keras.Input((), name="time")
    labels = label_input(num_classes)
    return [images, time] if labels is None else [images, time, labels]


def condition(time, labels, num_classes, units):
    """One vector of time and labels, for all layers that depend on them.

    Args:
        time: Tensor of shape (batch,), in [0, 1].
        labels: List of one tensor of integers of shape (batch,), of which
            `num_classes` stands for no label, or an empty list.
        num_classes: Integer or `None`.
        units: Integer, the size of the vector.

    Returns:
        Tensor of shape (batch, units).
    """
    x = layers.Dense(units, activation="swish")(time_embedding(time, TIME_DIM))
    x = layers.Dense(units)(x)
    for label in labels:
        x = layers.Add()([x, label_embedding(num_classes + 1, units)(label)])
    return layers.Activation("swish")(x)


def time_embedding(time, dim):
    """Sines and cosines of times, of wavelengths that grow geometrically.

    `sin(1000 w_i t)` and then `cos(1000 w_i t)` with
    `w_i = 10000 ** (-i / (dim / 2))`. It is made of operations of Keras, whose
    files load without this package.

    Args:
        time: Tensor of shape (batch,), in [0, 1].
        dim: Even integer.

    Returns:
        Tensor of shape (batch, dim), in float32 under mixed precision too:
        in half precision a thousand steps are not told apart.

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239), appendix B.
    """
    dtype = output_dtype()
    time = layers.Reshape((1,), dtype=dtype)(time)
    angles = time * (NUM_STEPS * frequencies(dim)).astype(dtype)
    return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def frequencies(dim):
    """Array of shape (dim / 2,): 1, and on down to nearly 1 / 10000."""
    return LONGEST_WAVE ** (-np.arange(dim // 2) / (dim // 2))
