import keras
import numpy as np
import pytest

from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.batching import standard_normal


@pytest.mark.parametrize("num_inputs", [1, 3, 4, 9])
def test_padding_leaves_no_trace(num_inputs):
    inputs = np.random.default_rng(0).normal(size=(num_inputs, 3))
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    kernel, bias = network.get_weights()
    outputs = predict_in_batches(
        network, inputs.astype("float32"), batch_size=4
    )
    assert outputs.dtype == "float32"
    np.testing.assert_allclose(
        outputs, inputs @ kernel + bias, rtol=1e-5, atol=1e-6
    )


def test_several_outputs():
    x = keras.Input((3,))
    network = keras.Model(x, [2 * x, 3 * x])
    inputs = np.ones((5, 3), "float32")
    double, triple = predict_in_batches(network, inputs, batch_size=2)
    np.testing.assert_array_equal(double, 2 * inputs)
    np.testing.assert_array_equal(triple, 3 * inputs)


def test_few_shapes_reach_the_network(monkeypatch):
    """A batch size that is new to the network would be compiled anew."""
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    predict, sizes = network.predict_on_batch, set()

    def record(batch):
        sizes.add(len(batch))
        return predict(batch)

    monkeypatch.setattr(network, "predict_on_batch", record)
    for num_inputs in range(1, 40):
        predict_in_batches(
            network, np.zeros((num_inputs, 3), "float32"), batch_size=16
        )
    assert sizes == {1, 2, 4, 8, 16}


def test_standard_normal():
    z = standard_normal(10_000, 2, seed=3)
    assert z.shape == (10_000, 2)
    assert z.dtype == "float32"
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=0.05)
    np.testing.assert_allclose(z.std(axis=0), 1.0, atol=0.05)
    np.testing.assert_array_equal(z, standard_normal(10_000, 2, seed=3))


def test_no_seed_is_drawn_from_the_global_one():
    keras.utils.set_random_seed(5)
    first, second = standard_normal(4, 2), standard_normal(4, 2)
    assert (first != second).all()
    keras.utils.set_random_seed(5)
    np.testing.assert_array_equal(first, standard_normal(4, 2))
