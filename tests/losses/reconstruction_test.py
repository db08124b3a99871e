import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.losses import summed_over_pixels

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.uniform(size=(5, 4, 6, 3)).astype("float32")
RECONSTRUCTIONS = GENERATOR.uniform(0.1, 0.9, IMAGES.shape).astype("float32")


def per_pixel(name):
    x, y = IMAGES.astype("float64"), RECONSTRUCTIONS.astype("float64")
    return {
        "mean_squared_error": (x - y) ** 2,
        "mean_absolute_error": np.abs(x - y),
        "binary_crossentropy": -(x * np.log(y) + (1 - x) * np.log(1 - y)),
    }[name]


@pytest.mark.parametrize(
    "name, loss",
    [
        ("mean_squared_error", "mse"),
        ("mean_squared_error", keras.losses.MeanSquaredError()),
        ("mean_absolute_error", keras.losses.MeanAbsoluteError("sum")),
        ("binary_crossentropy", "binary_crossentropy"),
        ("binary_crossentropy", keras.losses.BinaryCrossentropy()),
    ],
)
def test_sums_over_pixels_and_averages_over_the_batch(name, loss):
    value = summed_over_pixels(
        keras.losses.get(loss),
        ops.convert_to_tensor(IMAGES),
        ops.convert_to_tensor(RECONSTRUCTIONS),
    )
    expected = per_pixel(name).sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(float(value), expected, rtol=1e-5)


def test_half_precision_is_summed_in_float32():
    zeros = ops.zeros((1, 64, 64, 64), "float16")
    value = summed_over_pixels(
        keras.losses.get("mse"), zeros, ops.ones_like(zeros)
    )
    assert float(value) == 64**3  # float16 ends at 65,504
