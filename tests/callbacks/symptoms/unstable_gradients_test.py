import keras
import numpy as np
import pytest
from keras import layers

from keras_generative.callbacks.symptoms import UnstableGradients
from keras_generative.callbacks.symptoms.unstable_gradients import learning_rate


class Model:
    """What is looked at of a model with one network."""

    def __init__(self, learning_rate=0.1):
        self.network = keras.Sequential(
            [keras.Input((3,)), layers.Dense(4), layers.Dense(2)]
        )
        self.optimizer = keras.optimizers.SGD(learning_rate)

    def get_config(self):
        return {"network": None}


def examine(model, *factors):
    """Multiplies each kernel, as an epoch might."""
    symptom = UnstableGradients()
    symptom.begin(model)
    for layer, factor in zip(model.network.layers, factors):
        layer.kernel.assign(layer.kernel * factor)
        layer.bias.assign(layer.bias + 1.0)
    return symptom.examine(model, {})


def test_updates_are_relative():
    figures, complaints = examine(Model(), 1.5, 0.9)
    assert figures == {
        "network_smallest_update": pytest.approx(0.1, rel=1e-5),
        "network_largest_update": pytest.approx(0.5, rel=1e-5),
    }
    assert complaints == {}


def test_vanishing_is_relative_to_the_learning_rate():
    factor = 1.0 + 2e-6
    _, complaints = examine(Model(learning_rate=0.1), factor, 1.5)
    assert list(complaints) == ["vanishing gradients in the network"]
    _, complaints = examine(Model(learning_rate=0.001), factor, 1.5)
    assert complaints == {}


def test_exploding():
    _, complaints = examine(Model(), 1.5, 12.0)
    (advice,) = complaints.values()
    assert "11.0 times" in advice


@pytest.mark.parametrize(
    "norm, found",
    [(2e3, "an exploding gradient_norm"), (1e-7, "a vanishing gradient_norm")],
)
def test_norms_are_relative_to_the_first(norm, found):
    model = Model()
    model.optimizer.gradient_norm = 1.0
    symptom = UnstableGradients()
    for value, names in ((1.0, []), (900.0, []), (1e-5, []), (norm, [found])):
        model.optimizer.gradient_norm = value
        symptom.begin(model)
        model.network.layers[0].kernel.assign(np.ones((3, 4)) * value)
        figures, complaints = symptom.examine(model, {})
        assert figures["gradient_norm"] == pytest.approx(value)
        assert [n for n in complaints if n.endswith("norm")] == names


def test_learning_rate_of_several_networks_of_one_player():
    rates = {"learning_rate_generator": 0.1, "learning_rate_judge": 0.2}
    assert learning_rate(rates, "judge") == 0.2
    assert learning_rate(rates, "generator_of_horses") == 0.1
    assert learning_rate({"learning_rate": 0.3}, "decoder") == 0.3
    assert learning_rate({}, "decoder") == 0.0
