"""Networks under the settings of Keras that change its defaults."""

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative import networks
from tests.networks.networks_test import BUILDERS
from tests.networks.networks_test import small_shape


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


@pytest.fixture
def double_precision():
    keras.config.set_floatx("float64")
    with backend.double_precision():
        yield
    keras.config.set_floatx("float32")


def build(name):
    keras.utils.set_random_seed(1)
    return BUILDERS[name](small_shape(name))


@pytest.mark.parametrize("name", BUILDERS)
def test_channels_come_last_whatever_keras_says(name, request):
    expected = build(name)
    request.getfixturevalue("channels_first")
    network = build(name)
    shape = (3, *network.input_shape[1:])
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    network.set_weights(expected.get_weights())
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(network(x)),
        keras.ops.convert_to_numpy(expected(x)),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_are_double_where_keras_is(name, double_precision):
    assert build(name).output.dtype == "float64"


@pytest.mark.parametrize(
    "name", ["mlp_decoder", "mlp_generator", "conv_decoder", "dcgan_generator"]
)
def test_outputs_without_activation_are_unbounded(name):
    network = getattr(networks, name)(5, (8, 8, 1), output_activation=None)
    z = 1000 * np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    assert np.abs(keras.ops.convert_to_numpy(network(z))).max() > 1
