import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.layers import SharedLogScale
from keras_generative.losses import GaussianNLL
from keras_generative.models import VAE
from tests.test_case import IMAGE_SHAPE
from tests.test_case import gaussian_encoder
from tests.test_case import make_images
from tests.test_case import scaled_decoder


def test_one_number_for_all_pixels():
    layer = SharedLogScale(initial_value=-1.5)
    outputs = ops.convert_to_numpy(layer(ops.ones((2, *IMAGE_SHAPE))))
    np.testing.assert_array_equal(outputs, np.full((2, *IMAGE_SHAPE), -1.5))
    assert len(layer.trainable_weights) == 1


@pytest.mark.parametrize("offset, direction", [(-0.5, 1), (0, 0), (0.5, -1)])
def test_learns_the_error_of_the_mean(offset, direction):
    images, decoder = make_images(), scaled_decoder()
    network, layer = decoder.layers[1:]
    # Latents do not matter, so that all means are 0.5.
    network.set_weights([0 * weight for weight in network.get_weights()])
    network.trainable = False
    # Where the softly bounded scale is the root mean squared error.
    best = np.log(np.expm1(0.5 * np.log(np.mean((images - 0.5) ** 2)) + 6)) - 6
    layer.log_scale.assign(best + offset)
    model = VAE(gaussian_encoder(), decoder)
    model.compile(keras.optimizers.SGD(1e-3), loss=GaussianNLL(scale=None))
    model.fit(images, batch_size=20, verbose=0)
    move = float(ops.convert_to_numpy(layer.log_scale)) - (best + offset)
    assert abs(move) < 1e-5 if direction == 0 else move * direction > 1e-3


def test_config():
    layer = SharedLogScale(initial_value=-1.0, name="scale")
    again = SharedLogScale.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize("value", ["a", None, float("nan"), [1, 2]])
def test_bad_initial_value(value):
    with pytest.raises(ValueError, match="`initial_value`.*Received: init"):
        SharedLogScale(value)
