import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative.utils.precision import at_least_float32


@pytest.mark.parametrize(
    "dtype, wanted",
    [
        ("float16", "float32"),
        ("bfloat16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
    ],
)
def test_widens_and_never_narrows(dtype, wanted):
    with backend.double_precision():
        x = ops.cast(ops.convert_to_tensor(np.ones(3)), dtype)
        y = at_least_float32(x)
        assert keras.utils.standardize_dtype(y.dtype) == wanted
        np.testing.assert_array_equal(ops.convert_to_numpy(y), 1.0)
