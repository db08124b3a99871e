import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.losses import WeightClipping


def test_clips_to_both_sides():
    clipped = WeightClipping(0.5)(ops.convert_to_tensor([-2.0, -0.1, 0.7]))
    np.testing.assert_allclose(clipped, [-0.5, -0.1, 0.5])


def test_keras_applies_it_after_each_step():
    layer = keras.layers.Dense(2, kernel_constraint=WeightClipping(0.01))
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    assert np.abs(layer.get_weights()[0]).max() <= np.float32(0.01)


def test_config_round_trip():
    config = keras.saving.serialize_keras_object(WeightClipping(0.2))
    again = keras.constraints.get(config)
    assert type(again) is WeightClipping
    assert again.get_config() == {"limit": 0.2}


@pytest.mark.parametrize("limit", [0.0, -0.01, float("inf"), None, "0.01"])
def test_bad_limit(limit):
    with pytest.raises(ValueError, match="`limit`.*Received"):
        WeightClipping(limit)
