import keras
import pytest

from keras_generative.utils.serialization import portable

OPTIMIZERS = [
    keras.optimizers.SGD,
    keras.optimizers.Adam,
    keras.optimizers.RMSprop,
    keras.optimizers.AdamW,
]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_optimizers_have_their_public_names(make):
    optimizer = keras.optimizers.LossScaleOptimizer(make(0.25))
    config = portable(keras.saving.serialize_keras_object([optimizer]))
    [saved] = config
    inner = saved["config"]["inner_optimizer"]
    assert inner["module"] == "keras.optimizers"
    assert inner["class_name"] == make.__name__
    [loaded] = keras.saving.deserialize_keras_object(config)
    assert type(loaded.inner_optimizer) is type(optimizer.inner_optimizer)
    assert loaded.get_config() == optimizer.get_config()


def test_what_is_no_optimizer_stays():
    config = {"a": [1, "b", None, {"module": "keras.losses"}], "c": 2.5}
    assert portable(config) == config
