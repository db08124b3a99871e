import keras
import numpy as np
import pytest

from keras_generative.callbacks import BetaWarmup


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
    "kwargs", [{"warmup_epochs": 0}, {"beta": -1.0}, {"cycles": 0}]
)
def test_wrong_arguments(kwargs):
    ((name, value),) = kwargs.items()
    with pytest.raises(ValueError, match=f"Received: {name}={value}"):
        BetaWarmup(**{"warmup_epochs": 2, **kwargs})
