"""Ctrl-C at any moment of `fit` leaves a model that is whole."""

import signal
import sys
import threading
import time

import keras
import numpy as np
import pytest

from tests.test_case import make_autoencoder
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import weights_of

# Three equal batches: weights follow from the number of steps alone.
IMAGES = np.tile(make_images(8), (3, 1, 1, 1))


@pytest.fixture(autouse=True)
def sigint_is_handled():
    """Where tests run in the background of a shell, it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def make(name="vae"):
    keras.utils.set_random_seed(1)
    return make_compiled(name)


def fit(model, epochs=2, **kwargs):
    model.fit(
        IMAGES,
        batch_size=8,
        epochs=epochs,
        shuffle=False,
        validation_data=IMAGES,
        verbose=0,
        **kwargs,
    )


def assert_whole(model, name, tmp_path):
    """Weights are those after a number of steps, and training goes on."""
    num_steps = int(model.optimizer.iterations)
    twin = make(name)
    fit(twin, epochs=num_steps // 3)
    if num_steps % 3:
        rest = IMAGES[: num_steps % 3 * 8]
        twin.fit(rest, batch_size=8, shuffle=False, verbose=0)
    for weight, expected in zip(weights_of(model), weights_of(twin)):
        np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-6)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for weight, expected in zip(weights_of(loaded), weights_of(model)):
        np.testing.assert_array_equal(weight, expected)
    assert np.isfinite(model.generate(3)).all()
    fit(model, epochs=1)
    assert int(model.optimizer.iterations) == num_steps + 3


class InterruptLater(keras.callbacks.Callback):
    """Interrupts after a number of calls of functions, begun in an epoch."""

    def __init__(self, num_calls, epoch):
        super().__init__()
        self.num_calls = num_calls
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            sys.setprofile(self.profile)

    def profile(self, frame, event, argument):
        self.num_calls -= 1
        if self.num_calls == 0:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_ctrl_c_at_random_moments(name, tmp_path):
    model = make(name)
    moments = [(5000, 0)]  # while the first step is compiled
    # Some will do for TensorFlow, which is slow where each call is watched.
    count = 4 if keras.config.backend() == "tensorflow" else 12
    for num_calls in np.random.default_rng(0).integers(1, 3000, count):
        moments.append((int(num_calls), 1))
    for num_calls, epoch in moments:
        with pytest.raises(KeyboardInterrupt):
            later = InterruptLater(num_calls, epoch)
            fit(model, epochs=100_000, callbacks=[later])
    assert_whole(model, name, tmp_path)


def test_ctrl_c_from_another_thread(tmp_path):
    model = make()
    fit(model, epochs=1)
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        fit(model, epochs=100_000)
    timer.join()
    assert_whole(model, "vae", tmp_path)


class InterruptedLayer(keras.layers.Layer):
    """Interrupts whoever calls it, so often as it is told."""

    times = 0

    def call(self, x):
        for _ in range(self.times):
            signal.raise_signal(signal.SIGINT)
            time.sleep(0)  # Python handles signals between its instructions.
        return x


def make_interrupted(times):
    keras.utils.set_random_seed(1)
    model = make_autoencoder()
    layer = InterruptedLayer()
    model.decoder.add(layer)
    model.compile()
    layer.times = times
    return model, layer


@pytest.mark.parametrize("times, num_steps", [(1, 1), (2, 0)])
def test_ctrl_c_while_the_first_step_is_compiled(times, num_steps, tmp_path):
    """The first waits for the end of the step, a second one does not."""
    model, layer = make_interrupted(times)
    before = weights_of(model)
    with pytest.raises(KeyboardInterrupt):
        model.fit(IMAGES, batch_size=8, verbose=0)
    layer.times = 0
    assert int(model.optimizer.iterations) == num_steps
    moved = [(a != b).any() for a, b in zip(weights_of(model), before)]
    assert any(moved) == bool(num_steps)
    model.save(tmp_path / "model.keras")
    model.fit(IMAGES, batch_size=8, verbose=0)
    assert int(model.optimizer.iterations) == num_steps + 3


def test_a_step_that_fails_to_compile_leaves_the_model_as_it_was():
    model, layer = make_interrupted(0)
    before = weights_of(model)
    layer.call = lambda x: 1 / 0
    with pytest.raises(ZeroDivisionError):
        model.fit(IMAGES, batch_size=8, verbose=0)
    del layer.call
    for weight, expected in zip(weights_of(model), before):
        np.testing.assert_array_equal(weight, expected)
    model.fit(IMAGES, batch_size=8, verbose=0)


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_data_that_fail_after_some_steps(steps_per_execution):
    if keras.config.backend() == "torch" and steps_per_execution > 1:
        pytest.skip("Keras knows no more steps on torch")

    def batches():
        yield from ((IMAGES[:8],), (IMAGES[8:16],), (IMAGES[16:],))
        raise OSError("no more data")

    model = make()
    model.compile(steps_per_execution=steps_per_execution)
    with pytest.raises(Exception, match="no more data"):
        model.fit(batches(), steps_per_epoch=4, verbose=0)
    assert all(np.isfinite(weight).all() for weight in weights_of(model))
    assert int(model.optimizer.iterations) in (2, 3)
    model.fit(IMAGES, verbose=0)


def test_evaluate_that_is_interrupted():
    class Interrupt(keras.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    model = make()
    before = [np.array(v) for v in model.variables]
    with pytest.raises(KeyboardInterrupt):
        model.evaluate(IMAGES, verbose=0, callbacks=[Interrupt()])
    for variable, expected in zip(model.variables, before):
        np.testing.assert_array_equal(variable, expected)
    fit(model)


def test_the_handler_is_the_user_s_again():
    received = []

    def handler(number, frame):
        received.append(number)

    class Raise(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, handler)
    try:
        fit(make(), epochs=1, callbacks=[Raise()])
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert received == [signal.SIGINT] * 3
