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
