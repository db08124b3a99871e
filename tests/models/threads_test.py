"""Models in threads of their own, and one model in several."""

import threading

import keras
import numpy as np
import pytest

from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of


def run_in_threads(*functions):
    """Runs functions side by side, and raises what one of them raised."""
    start, errors = threading.Barrier(len(functions)), []

    def run(function):
        try:
            start.wait()
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_models_train_side_by_side_as_they_do_alone(name):
    images = make_images(16)

    def make():
        keras.utils.set_random_seed(1)
        return make_compiled(name)

    def fit(model):
        model.fit(images, epochs=2, batch_size=8, shuffle=False, verbose=0)

    alone, *others = [make() for _ in range(6)]
    fit(alone)
    run_in_threads(*[lambda m=model: fit(m) for model in others])
    for model in others:
        for weight, expected in zip(weights_of(model), weights_of(alone)):
            np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-6)


def test_one_model_generates_in_several_threads():
    """Some from the weights, some from their averages."""
    model = make_vae()
    sgd = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    model.compile(sgd)
    model.fit(make_images(16), epochs=2, verbose=0)
    # Keras ended with the averages in the place of the weights.
    model.decoder.set_weights([2 * w for w in model.decoder.get_weights()])
    expected = {
        ema: model.generate(3, seed=1, ema=ema) for ema in (False, True)
    }
    assert np.abs(expected[True] - expected[False]).max() > 1e-3

    def generate(ema):
        for _ in range(10):
            images = model.generate(3, seed=1, ema=ema)
            np.testing.assert_allclose(images, expected[ema], atol=1e-6)

    run_in_threads(*[lambda e=e: generate(e) for e in (False, True) * 3])


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_a_model_generates_in_one_thread_while_another_trains_it(name):
    """Right pictures: those of the weights, which here never move."""
    model = make_compiled(name)
    if name == "gan":
        still = [keras.optimizers.SGD(0.0) for _ in range(2)]
        model.compile(*still)
    else:
        model.compile(keras.optimizers.SGD(0.0))
    images = make_images(16)
    expected = model.generate(3, seed=1)
    done = threading.Event()

    def train():
        try:
            model.fit(images, epochs=10, batch_size=4, verbose=0)
        finally:
            done.set()

    def generate():
        while not done.is_set():
            images = model.generate(3, seed=1)
            np.testing.assert_allclose(images, expected, atol=1e-6)

    run_in_threads(train, generate)
    np.testing.assert_allclose(model.generate(3, seed=1), expected, atol=1e-6)


def test_what_another_thread_cannot_do_during_training(tmp_path):
    """It is refused on JAX, and leaves the training alone."""
    model = make_vae()
    model.compile(keras.optimizers.SGD(0.1, use_ema=True))
    asked, errors = threading.Event(), []

    def ask():
        for function in (
            lambda: model.generate(3, ema=True),
            lambda: model.save(tmp_path / "model.keras"),
        ):
            try:
                function()
            except RuntimeError as error:
                errors.append(str(error))

    class Ask(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if not asked.is_set():
                asked.set()
                run_in_threads(ask)

    model.fit(make_images(16), batch_size=8, verbose=0, callbacks=[Ask()])
    if keras.config.backend() == "jax":
        assert len(errors) == 2
        assert all("in a callback of `fit`" in error for error in errors)
    else:
        assert not errors
    model.save(tmp_path / "model.keras")
