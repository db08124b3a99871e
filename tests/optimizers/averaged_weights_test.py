import threading
import time

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.optimizers.averaged_weights import averaged_weights
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of


def trained(optimizer, num_steps=2):
    """A variable that takes steps of 1 from 4, and its optimizer."""
    variable = keras.Variable(np.full((2,), 4.0, "float32"))
    optimizer.build([variable])
    for _ in range(num_steps):
        gradient = optimizer.scale_loss(keras.ops.ones(2))
        backend.apply_gradients(optimizer, [gradient], [variable])
    return variable


def sgd(**kwargs):
    return keras.optimizers.SGD(1.0, ema_momentum=0.5, **kwargs)


@pytest.mark.parametrize(
    "wrap", [lambda inner: inner, keras.optimizers.LossScaleOptimizer]
)
def test_the_average_for_a_while(wrap):
    optimizer = wrap(sgd(use_ema=True))
    variable = trained(optimizer)
    with pytest.raises(KeyboardInterrupt):
        with averaged_weights(optimizer, [variable]):
            # 4, 3, 2; the average begins at 3.
            np.testing.assert_array_equal(variable, 2.5)
            raise KeyboardInterrupt
    np.testing.assert_array_equal(variable, 2.0)


def test_other_threads_see_the_weights():
    optimizer = sgd(use_ema=True)
    variable, seen = trained(optimizer), []

    def look():
        seen.append(keras.ops.convert_to_numpy(variable.value))

    with averaged_weights(optimizer, [variable]):
        for run in (look, threading.Thread(target=look).start):
            run()
        while len(seen) < 2:
            time.sleep(0.01)
    np.testing.assert_array_equal(seen, [[2.5, 2.5], [2.0, 2.0]])


def test_before_the_first_step():
    optimizer = sgd(use_ema=True)
    variable = trained(optimizer, num_steps=0)
    with averaged_weights(optimizer, [variable]):
        np.testing.assert_array_equal(variable, 4.0)


@pytest.mark.parametrize("optimizer", [sgd(), None])
def test_no_averages(optimizer):
    with pytest.raises(ValueError, match="`use_ema=True`.*Received"):
        with averaged_weights(optimizer, []):
            pass


class Generate(keras.callbacks.Callback):
    """Images from the weights and from their average, after each epoch."""

    def on_train_begin(self, logs=None):
        self.weights, self.images = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(weights_of(self.model))
        self.images = [
            self.model.generate(3, seed=1, ema=ema) for ema in (False, True)
        ]


@pytest.mark.parametrize("make", [make_vae, make_gan])
def test_generate_from_averages(make):
    """With momentum 0.5: a + (b - a) / 2 after the steps to a and b."""

    def fit(*callbacks):
        keras.utils.set_random_seed(1)
        model = make()
        model.compile(*optimizers(model))
        model.fit(make_images(8), epochs=2, verbose=0, callbacks=[*callbacks])
        return model

    def optimizers(model):
        count = 2 if hasattr(model, "generator") else 1
        return [sgd(use_ema=True) for _ in range(count)]

    model = fit(generate := Generate())
    # Keras ends training with the averages in place of the weights.
    expected = model.generate(3, seed=1)
    plain, averaged = generate.images
    np.testing.assert_allclose(averaged, expected, rtol=1e-5, atol=1e-6)
    assert np.abs(plain - averaged).max() > 1e-3
    for a, b, last in zip(*generate.weights, weights_of(model)):
        np.testing.assert_allclose(last, (a + b) / 2, rtol=1e-5, atol=1e-6)
    # Looking changes nothing.
    for a, b in zip(weights_of(fit()), weights_of(model)):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", [make_vae, make_gan])
def test_generate_without_averages(make):
    model = make()
    for compile in (lambda: None, model.compile):
        compile()
        with pytest.raises(ValueError, match="`use_ema=True`.*Received"):
            model.generate(2, ema=True)
