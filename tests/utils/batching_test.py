import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.utils.batching import predict_in_batches


class Recorder:
    """Outputs twice its input, and remembers the sizes of batches."""

    def __init__(self):
        self.sizes = []

    def predict_on_batch(self, batch):
        self.sizes.append(len(batch))
        return 2.0 * batch


@pytest.mark.parametrize("batch_size", [1, 3, 4, 100])
@pytest.mark.parametrize("num_inputs", [1, 3, 4, 9])
def test_padding_leaves_no_trace(num_inputs, batch_size):
    inputs = np.random.default_rng(0).normal(size=(num_inputs, 3))
    outputs = predict_in_batches(Recorder(), inputs, batch_size)
    assert outputs.dtype == "float32"
    np.testing.assert_allclose(outputs, 2 * inputs, rtol=1e-6)


def test_several_inputs_and_outputs():
    z, label = keras.Input((3,)), keras.Input((), dtype="int32")
    hot = keras.layers.CategoryEncoding(3, output_mode="one_hot")(label)
    network = keras.Model([z, label], [z + hot, 3 * z])
    inputs = np.ones((5, 3), "float32"), np.arange(5) % 3
    outputs = predict_in_batches(backend.Forward(network), inputs, batch_size=2)
    expected = 1 + np.eye(3)[inputs[1]], 3 * inputs[0]
    for output, values in zip(outputs, expected, strict=True):
        np.testing.assert_array_equal(output, values)


def test_few_shapes_reach_the_network():
    """A batch size that is new to the network would be compiled anew."""
    network = Recorder()
    for num_inputs in range(1, 40):
        predict_in_batches(network, np.zeros((num_inputs, 3)), batch_size=16)
    assert set(network.sizes) == {1, 2, 4, 8, 16}
