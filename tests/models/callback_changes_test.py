"""What a callback does to the model during an epoch counts."""

import keras
import numpy as np

from keras_generative.callbacks import PictureLogger
from tests.test_case import make_compiled
from tests.test_case import make_images

IMAGES = make_images(24)


def fit(model, *callbacks):
    model.fit(IMAGES, batch_size=8, verbose=0, callbacks=[*callbacks])


def make_vae():
    keras.utils.set_random_seed(1)
    return make_compiled("vae")


def test_what_a_closure_assigns_after_a_step_counts():
    model = make_vae()
    seen = []

    def on_train_batch_end(batch, logs):
        seen.append(float(model.beta.value))
        model.beta.assign(batch + 2.0)
        model.optimizer.learning_rate.assign(0.0)
        if batch == 0:
            seen.append(np.array(model.decoder.trainable_variables[0]))

    fit(
        model,
        keras.callbacks.LambdaCallback(on_train_batch_end=on_train_batch_end),
    )
    assert [x for x in seen if isinstance(x, float)] == [1.0, 2.0, 3.0]
    assert float(model.beta.value) == 4.0
    np.testing.assert_array_equal(model.decoder.trainable_variables[0], seen[1])


def test_what_a_closure_assigns_before_a_step_counts():
    model = make_vae()
    before = np.array(model.decoder.trainable_variables[0])

    class Freeze(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 1:
                model.optimizer.learning_rate.assign(0.0)
                self.frozen = np.array(model.decoder.trainable_variables[0])

    freeze = Freeze()
    fit(model, freeze)
    after = np.array(model.decoder.trainable_variables[0])
    np.testing.assert_array_equal(after, freeze.frozen)
    assert (before != after).any()


def test_a_closure_generates_from_the_weights_of_the_step():
    model = make_vae()
    pictures = {"self": [], "closure": []}

    class Draw(keras.callbacks.Callback):
        def __init__(self, key, get):
            super().__init__()
            self.key, self.get = key, get

        def on_train_batch_end(self, batch, logs=None):
            model = self.get(self)
            pictures[self.key].append(model.generate(2, seed=1))

    fit(
        model,
        Draw("closure", lambda self: model),
        Draw("self", lambda self: self.model),
    )
    np.testing.assert_array_equal(pictures["closure"], pictures["self"])
    assert (pictures["closure"][0] != pictures["closure"][2]).any()


def test_validation_with_a_closure():
    model = make_vae()
    pictures = []
    draw = keras.callbacks.Callback()
    draw.on_test_batch_end = lambda batch, logs: pictures.append(
        model.generate(2, seed=1)
    )
    model.fit(
        IMAGES, verbose=0, validation_data=IMAGES, callbacks=[draw], epochs=1
    )
    np.testing.assert_array_equal(pictures[0], model.generate(2, seed=1))


def test_no_one_asks_for_variables_in_vain(monkeypatch):
    """Arrays stay with Keras unless code of the user's looks at batches."""
    if keras.config.backend() != "jax":
        return
    model, asked = make_vae(), []
    synced = model.jax_state_sync
    monkeypatch.setattr(
        type(model), "jax_state_sync", lambda self: asked.append(1) or synced()
    )

    class Logger(PictureLogger):
        def draw(self, model):
            return {}

    fit(model, Logger(every_n_steps=1000), keras.callbacks.History())
    assert len(asked) <= 4
