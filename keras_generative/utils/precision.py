"""The precision of losses, and of the outputs they are computed from."""

import keras
from keras import ops


def at_least_float32(x):
    """Returns a tensor or an array as float32, or as float64 if it is that.

    Networks may compute in half precision, where sums over a sample overflow;
    under `keras.config.set_floatx("float64")` they compute in double.
    """
    if keras.utils.standardize_dtype(x.dtype) == "float64":
        return ops.convert_to_tensor(x)
    return ops.cast(x, "float32")


def output_dtype():
    """The dtype of the last layer of a network: float32, or a wider floatx.

    Under mixed precision too, for the loss.
    """
    return "float64" if keras.config.floatx() == "float64" else "float32"
