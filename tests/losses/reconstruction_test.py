import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import backend
from keras_generative.losses import DiscretizedLogisticNLL
from keras_generative.losses import GaussianNLL
from keras_generative.losses import summed_over_sample
from keras_generative.losses.reconstruction_checks import (
    check_loss_fits_decoder,
)
from keras_generative.losses.reconstruction_checks import check_values

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
    value = summed_over_sample(
        keras.losses.get(loss),
        ops.convert_to_tensor(IMAGES),
        ops.convert_to_tensor(RECONSTRUCTIONS),
    )
    expected = per_pixel(name).sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(float(value), expected, rtol=1e-5)


def test_half_precision_is_summed_in_float32():
    zeros = ops.zeros((1, 64, 64, 64), "float16")
    value = summed_over_sample(
        keras.losses.get("mse"), zeros, ops.ones_like(zeros)
    )
    assert float(value) == 64**3  # float16 ends at 65,504


def summed(loss, shape):
    return summed_over_sample(
        loss,
        ops.convert_to_tensor(IMAGES.reshape(shape)),
        ops.convert_to_tensor(RECONSTRUCTIONS.reshape(shape)),
    )


@pytest.mark.parametrize("shape", [(5, 72), (5, 4, 18), (5, 2, 2, 6, 3)])
@pytest.mark.parametrize("loss", ["mse", keras.losses.MeanSquaredError()])
def test_samples_of_any_shape(loss, shape):
    expected = per_pixel("mean_squared_error").sum() / 5
    value = float(summed(keras.losses.get(loss), shape))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "loss",
    [
        lambda y, p: ops.sum(ops.square(y - p), axis=(1, 2, 3)),
        lambda y, p: ops.mean(ops.square(y - p), axis=-1),
        lambda y, p: ops.square(y - p),
    ],
    ids=["a number for each sample", "as Keras", "all numbers"],
)
def test_what_a_function_gives_is_told_from_its_shape(loss):
    expected = per_pixel("mean_squared_error").sum() / 5
    value = float(summed(loss, IMAGES.shape))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "loss",
    [
        lambda y, p: ops.mean(ops.square(y - p)),
        lambda y, p: ops.mean(ops.square(y - p), axis=(2, 3)),
        lambda y, p: ops.mean(ops.square(y - p), axis=0),
        keras.losses.Dice(),
    ],
    ids=["scalar", "two axes left", "no batch", "Dice"],
)
def test_a_loss_must_be_one_of_each_sample(loss):
    with pytest.raises(ValueError, match="for each sample.*Received: loss="):
        summed(loss, IMAGES.shape)


@pytest.mark.parametrize(
    "loss",
    ["mse", "binary_crossentropy", GaussianNLL(0.3), DiscretizedLogisticNLL(1)],
)
def test_double_precision_stays_double(loss):
    with backend.double_precision():
        value = summed_over_sample(
            keras.losses.get(loss),
            IMAGES,
            ops.convert_to_tensor(RECONSTRUCTIONS.astype("float64")),
        )
        assert keras.utils.standardize_dtype(value.dtype) == "float64"


def decoder(*last):
    network = [keras.Input((2,)), layers.Dense(4), *last]
    return keras.Sequential([*network, layers.Reshape((2, 2, 1))])


def from_logits(name):
    return getattr(keras.losses, name)(from_logits=True)


@pytest.mark.parametrize(
    "loss, last",
    [
        ("binary_crossentropy", lambda: layers.Dense(4, activation="sigmoid")),
        ("binary_crossentropy", lambda: layers.Activation("hard_sigmoid")),
        (
            "binary_crossentropy",
            lambda: layers.Activation(lambda x: 0.5 + 0.0 * x),
        ),
        ("binary_crossentropy", lambda: layers.LayerNormalization()),
        (from_logits("BinaryCrossentropy"), lambda: layers.Dense(4)),
        ("mse", lambda: layers.Dense(4)),
        ("mse", lambda: layers.Dense(4, activation="tanh")),
        (GaussianNLL(), lambda: layers.Dense(4)),
    ],
)
def test_loss_fits_decoder(loss, last):
    check_loss_fits_decoder(keras.losses.get(loss), decoder(last()))


@pytest.mark.parametrize(
    "loss, last, message",
    [
        ("binary_crossentropy", None, "must end in a sigmoid.*linear"),
        (keras.losses.BinaryCrossentropy(), "tanh", "in a sigmoid.*tanh"),
        ("binary_focal_crossentropy", "relu", "in a sigmoid.*relu"),
        (from_logits("BinaryCrossentropy"), "sigmoid", "from_logits.*sigmoid"),
        (from_logits("BinaryFocalCrossentropy"), "tanh", "from_logits.*tanh"),
        ("sparse_categorical_crossentropy", "sigmoid", "probabilities of cl"),
        (keras.losses.CategoricalCrossentropy(), "softmax", "probabilities"),
    ],
)
def test_loss_misreads_decoder(loss, last, message):
    network = decoder(layers.Dense(4, activation=last))
    with pytest.raises(ValueError, match=f"{message}|Received.*{message}"):
        check_loss_fits_decoder(keras.losses.get(loss), network)


@pytest.mark.parametrize(
    "loss, low, high",
    [
        (keras.losses.binary_crossentropy, 0.0, 1.0),
        (keras.losses.BinaryCrossentropy(), 0.0, 1.0),
        (DiscretizedLogisticNLL(0.1), 0.0, 1.0),
        (DiscretizedLogisticNLL(0.1, value_range=(-1, 1)), -1.0, 1.0),
    ],
)
def test_values_outside_the_range_of_a_loss(loss, low, high):
    rounded = np.array([low, high + 1e-6], "float32")
    if keras.config.backend() == "torch" and "binary" in str(loss).lower():
        # torch would raise in the step, whatever the batch.
        with pytest.raises(ValueError, match=r"x\.clip.*Received: loss=.*to"):
            check_values(loss, rounded)
    else:
        check_values(loss, rounded)
    for samples in ([low, 2 * high], [low - 0.1, high]):
        with pytest.raises(ValueError, match=r"in \[.*Received: loss=.*to"):
            check_values(loss, np.array(samples))
        check_values(keras.losses.mean_squared_error, np.array(samples))
        check_values(GaussianNLL(), np.array(samples))
