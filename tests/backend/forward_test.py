"""Outputs of networks, whose weights stay where they are."""

import gc
import logging
import weakref

import keras
import numpy as np
import pytest

from keras_generative import backend
from tests.test_case import make_compiled


def dense():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def test_outputs_follow_the_weights():
    network = dense()
    for scale in (1.0, 2.0):
        kernel = scale * np.arange(6.0).reshape(3, 2)
        network.set_weights([kernel, np.ones(2)])
        outputs = backend.Forward(network).predict_on_batch(X)
        np.testing.assert_allclose(outputs, X @ kernel + 1, rtol=1e-5)


def test_nothing_is_copied_or_lent():
    network = dense()
    arrays = [variable.value for variable in network.variables]
    backend.Forward(network).predict_on_batch(X)
    for variable, array in zip(network.variables, arrays):
        assert variable.value is array
        keras.ops.convert_to_numpy(array)  # is alive


def test_values_of_a_scope_count():
    network = dense()
    kernel, bias = network.variables
    before = network.get_weights()
    state = [(kernel, np.ones((3, 2))), (bias, np.zeros(2))]
    with keras.StatelessScope(state):
        outputs = backend.Forward(network).predict_on_batch(X)
    expected = np.repeat(X.sum(axis=1, keepdims=True), 2, axis=1)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)
    for weight, old in zip(network.get_weights(), before):
        np.testing.assert_array_equal(weight, old)


class Noise(keras.layers.Layer):
    """Adds noise also where nothing is trained."""

    def __init__(self):
        super().__init__()
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, x):
        shape = keras.ops.shape(x)
        return x + keras.random.normal(shape, seed=self.seed_generator)


def test_noise_differs_from_batch_to_batch_and_call_to_call():
    network = keras.Sequential([keras.Input((3,)), Noise()])
    outputs = []
    for _ in range(2):
        forward = backend.Forward(network)
        outputs += [forward.predict_on_batch(X) for _ in range(2)]
    assert len({array.tobytes() for array in outputs}) == 4


def test_a_network_is_compiled_once():
    calls = []

    class Counting(keras.layers.Layer):
        def call(self, x):
            calls.append(1)
            return x

    network = keras.Sequential([keras.Input((3,)), Counting()])
    calls.clear()
    for _ in range(3):
        backend.Forward(network).predict_on_batch(X)
    assert len(calls) == (3 if keras.config.backend() == "torch" else 1)


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_a_network_dies_with_its_last_owner(name):
    model = make_compiled(name)
    network = model.generator if name == "gan" else model.decoder
    reference = weakref.ref(network)
    z = np.zeros((2, *network.input_shape[1:]), "float32")
    backend.Forward(network).predict_on_batch(z)
    del model, network
    keras.backend.clear_session()
    gc.collect()
    assert reference() is None


def test_many_networks_are_compiled_without_a_warning():
    """TensorFlow warns of one function that it compiles again and again."""
    networks, messages = [dense() for _ in range(6)], []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())
    logger = logging.getLogger("tensorflow")
    logger.addHandler(handler)
    try:
        for network in networks:
            backend.Forward(network).predict_on_batch(X)
    finally:
        logger.removeHandler(handler)
    assert not [m for m in messages if "retracing" in m]
