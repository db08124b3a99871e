import math

import keras
from keras import layers

from keras_generative.networks.denoising import condition
from keras_generative.networks.denoising import denoiser_inputs
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sizes
from keras_generative.networks.strided import flattened
from keras_generative.utils.precision import output_dtype

CONDITION_DIM = 64


def mlp_denoiser(input_shape, hidden_units=(256, 256, 256), num_classes=None):
    """Denoises points in the plane, and other small samples, by dense layers.

    It is the network of a diffusion or flow-matching model. The last layer
    begins with zeros.

    Args:
        input_shape: Tuple (num_features,), or any other shape of a sample.
        hidden_units: Tuple of positive integers, the units of the swish
            layers. Defaults to `(256, 256, 256)`.
        num_classes: Positive integer, for a denoiser of
            `[x, time, labels]`, to which the label `num_classes` says that
            there is none. Defaults to `None`.

    Returns:
        Functional `keras.Model` of `[x, time]`, samples of shape
        (batch, *input_shape) and times in [0, 1] of shape (batch,), to
        tensors of the shape of the samples, of any range.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> denoiser = mlp_denoiser((2,))
    """
    shape = check_shape(input_shape, "input_shape")
    hidden_units = check_sizes(hidden_units, "hidden_units")
    inputs = denoiser_inputs(shape, num_classes)
    images, time, *labels = inputs
    codes = condition(time, labels, num_classes, CONDITION_DIM)
    x = layers.Concatenate()([flattened(images), codes])
    for units in hidden_units:
        x = layers.Dense(units, activation="swish")(x)
    x = layers.Dense(
        math.prod(shape), kernel_initializer="zeros", dtype=output_dtype()
    )(x)
    x = layers.Reshape(shape, dtype=output_dtype(), name="prediction")(x)
    return keras.Model(inputs, x, name="denoiser")
