import re

import keras
import numpy as np
import pytest

from keras_generative.callbacks import BetaWarmup
from tests.test_case import make_images
from tests.test_case import make_vae


class StubVAE(keras.Model):
    """A model whose loss is the beta that its train step sees."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.beta = self.add_weight(
            name="beta", initializer="ones", trainable=False
        )

    def call(self, inputs):
        return self.dense(inputs)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        return self.beta + 0.0 * keras.ops.sum(y_pred)


def fit(callback, epochs, initial_epoch=0, model=None):
    """Returns beta as logged, and as the train step saw it."""
    model = model or StubVAE()
    model.compile("sgd")
    x = np.ones((4, 2), "float32")
    history = model.fit(
        x,
        x,
        batch_size=2,
        epochs=epochs,
        initial_epoch=initial_epoch,
        verbose=0,
        callbacks=[callback],
    ).history
    return history["beta"], history["loss"]


@pytest.mark.parametrize(
    "kwargs, epochs, expected",
    [
        ({"warmup_epochs": 4}, 6, [0, 0.25, 0.5, 0.75, 1, 1]),
        ({"warmup_epochs": 1, "beta": 4.0}, 3, [0, 4, 4]),
        ({"warmup_epochs": 4, "beta": 2}, 2, [0, 0.5]),
        ({"warmup_epochs": 2, "cycles": 2}, 8, [0, 0.5, 1, 1] * 2),
        # Cycles of ceil(7 / 2) epochs, the last one cut short.
        ({"warmup_epochs": 2, "cycles": 2}, 7, [0, 0.5, 1, 1, 0, 0.5, 1]),
    ],
)
def test_schedule(kwargs, epochs, expected):
    logged, seen = fit(BetaWarmup(**kwargs), epochs)
    np.testing.assert_allclose(logged, expected)
    np.testing.assert_allclose(seen, expected)


def test_beta_of_the_model():
    class Configured(StubVAE):
        initial_beta = 4.0

    model = Configured()
    for _ in range(2):  # The second begins where the first has ended.
        logged, seen = fit(BetaWarmup(4), 3, model=model)
        np.testing.assert_allclose(logged, [0, 1, 2])
        np.testing.assert_allclose(seen, logged)
    # Without one, the value that the variable has.
    model = StubVAE()
    model.beta.assign(8.0)
    assert fit(BetaWarmup(2), 3, model=model)[0] == [0, 4, 8]
    assert fit(BetaWarmup(2, 1.0), 3, model=model)[0] == [0, 0.5, 1]


def test_beta_of_a_vae():
    model = make_vae(beta=4.0)
    model.compile()
    x = make_images(4)
    logs = model.fit(x, epochs=3, verbose=0, callbacks=[BetaWarmup(2)]).history
    assert logs["beta"] == [0.0, 2.0, 4.0]
    model = make_vae(beta=0.0)
    model.compile()
    with pytest.raises(ValueError, match="above 0.*Received: beta=None"):
        model.fit(x, verbose=0, callbacks=[BetaWarmup(2)])


@pytest.mark.parametrize("cycles", [1, 2])
def test_continued_run(cycles):
    whole, _ = fit(BetaWarmup(2, cycles=cycles), 6)
    _, seen = fit(BetaWarmup(2, cycles=cycles), 6, initial_epoch=4)
    np.testing.assert_allclose(seen, whole[4:])


def test_model_without_beta():
    model = keras.Sequential([keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="`beta`.*Received: model="):
        fit(BetaWarmup(2), 1, model=model)


def test_cycle_that_does_not_reach_beta():
    with pytest.raises(ValueError, match="cycle, here 3,.*cycles=2, epochs=6"):
        fit(BetaWarmup(3, cycles=2), 6)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"warmup_epochs": 0},
        {"warmup_epochs": None},
        {"beta": -1.0},
        {"beta": "1"},
        {"beta": []},
        {"cycles": 0},
    ],
)
def test_wrong_arguments(kwargs):
    ((name, value),) = kwargs.items()
    received = re.escape(f"Received: {name}={value!r}")
    with pytest.raises(ValueError, match=received):
        BetaWarmup(**{"warmup_epochs": 2, **kwargs})
