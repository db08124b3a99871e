import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import BackupAndRestore
from keras_generative.callbacks import BetaWarmup
from keras_generative.callbacks import ScalarLogger
from keras_generative.callbacks import training_state
from keras_generative.optimizers import GradientNorm
from tests.test_case import make_compiled
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of

NAMES = ["autoencoder", "vae", "gan"]
BATCH_SIZE = 8  # 3 steps an epoch, the last one smaller.


class Rows(ScalarLogger):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []

    def write(self, scalars, position):
        self.rows.append({**scalars, **position})

    def column(self, name):
        return [row[name] for row in self.rows]


class BatchLogs(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.logs = []

    def on_train_batch_end(self, batch, logs=None):
        self.logs.append(dict(logs))


def fit(model, *callbacks, epochs=2, **kwargs):
    return model.fit(
        make_images(),
        epochs=epochs,
        batch_size=BATCH_SIZE,
        verbose=0,
        callbacks=[*callbacks],
        **kwargs,
    ).history


@pytest.mark.parametrize("name", NAMES)
def test_every_log_of_an_epoch(name):
    logger = Rows()
    history = fit(
        make_compiled(name), logger, validation_data=(make_images(8),)
    )
    assert any(key.startswith("val_") for key in history)
    for key, values in history.items():
        np.testing.assert_allclose(logger.column(key), values, rtol=1e-6)
    assert logger.column("step") == [3, 6]
    assert logger.column("epoch") == [1, 2]


@pytest.mark.parametrize("name", NAMES)
def test_every_log_of_a_step(name):
    logger, batches = Rows(every_n_steps=1), BatchLogs()
    fit(make_compiled(name), logger, batches)
    assert logger.column("step") == [1, 2, 3, 4, 5, 6]
    assert logger.column("epoch") == [0, 0, 1, 1, 1, 2]
    for row, logs in zip(logger.rows, batches.logs, strict=True):
        for key, value in logs.items():
            np.testing.assert_allclose(row[key], value, rtol=1e-6)


@pytest.mark.parametrize(
    "n, kwargs, steps",
    [
        (2, {}, [2, 3, 4, 6, 8, 9]),
        (4, {}, [3, 4, 6, 8, 9]),
        (10, {}, [3, 6, 9]),
        (2, {"initial_epoch": 1}, [4, 6, 8, 9]),
    ],
)
def test_schedule(n, kwargs, steps):
    logger = Rows(every_n_steps=n)
    fit(make_compiled("vae"), logger, epochs=3, **kwargs)
    assert logger.column("step") == steps


@pytest.mark.skipif(
    keras.config.backend() == "torch",
    reason="Keras has no steps_per_execution on torch.",
)
def test_steps_per_execution():
    model, logger = make_vae(), Rows(every_n_steps=1)
    model.compile(steps_per_execution=2)
    fit(model, logger)
    # Executions of two steps end at 2 and 3, and again at 5 and 6.
    assert logger.column("step") == [2, 3, 5, 6]


@pytest.mark.filterwarnings("ignore:.*ran out of data", "ignore:`shuffle=True`")
def test_generator_of_unknown_length():
    def batches():
        for _ in range(2):
            yield (make_images(8),)

    logger = Rows(every_n_steps=2)
    make_compiled("vae").fit(batches(), verbose=0, callbacks=[logger])
    # On some backends Keras begins a third step, to find that there is none.
    assert set(logger.column("step")) == {2}


def test_learning_rates_of_both_players():
    model, logger = make_gan(), Rows(every_n_steps=1)
    schedule = keras.optimizers.schedules.ExponentialDecay(1e-3, 1, 0.5)
    model.compile(keras.optimizers.Adam(schedule), keras.optimizers.SGD(0.25))
    fit(model, logger, epochs=1)
    np.testing.assert_allclose(
        logger.column("learning_rate_generator"),
        [1e-3 / 2, 1e-3 / 4, 1e-3 / 8],
        rtol=1e-6,
    )
    assert logger.column("learning_rate_discriminator") == [0.25] * 3
    assert not any("gradient_norm" in key for key in logger.rows[0])


@pytest.mark.skipif(
    tuple(map(int, keras.__version__.split(".")[:2])) < (3, 15),
    reason="Keras older than 3.15 does not look for several optimizers",
)
def test_names_of_learning_rates_are_the_same_in_every_run():
    def schedule(epoch, rate):
        return 0.5 * rate

    names = []
    for _ in range(2):
        model, logger = make_gan(), Rows()
        model.compile("adam", "adam")
        scheduler = keras.callbacks.LearningRateScheduler(schedule)
        fit(model, logger, scheduler)  # Which logs before the epoch's end.
        fit(model, scheduler, logger)
        names.append([set(row) for row in logger.rows])
        assert logger.column("learning_rate_generator") == pytest.approx(
            [1e-3 / 2, 1e-3 / 4, 1e-3 / 8, 1e-3 / 16]
        )
    rates = {"learning_rate_generator", "learning_rate_discriminator"}
    assert names[0] == names[1]
    for row in names[0]:
        assert {name for name in row if "learning_rate" in name} == rates


def test_gradient_norms_on_request():
    model, logger = make_gan(), Rows()
    optimizer = keras.optimizers.LossScaleOptimizer(GradientNorm("adam"))
    model.compile("adam", optimizer)
    fit(model, logger, epochs=1)
    (row,) = logger.rows
    norm = float(optimizer.inner_optimizer.gradient_norm)
    assert row["gradient_norm_discriminator"] == norm > 0
    assert "gradient_norm_generator" not in row


@pytest.mark.parametrize("first", [True, False])
def test_beta(first):
    model, logger = make_compiled("vae"), Rows()
    callbacks = [logger, BetaWarmup(4)]
    fit(model, *callbacks[:: 1 if first else -1], epochs=3)
    assert logger.column("beta") == [0.0, 0.25, 0.5]
    assert logger.column("learning_rate") == pytest.approx([1e-3] * 3)


def test_images_per_second(monkeypatch):
    class Clock(keras.callbacks.Callback):
        """Two seconds for each step, one hour for validation."""

        now = 0.0

        def on_train_batch_begin(self, batch, logs=None):
            self.now += 2.0

        def on_test_batch_begin(self, batch, logs=None):
            self.now += 3600.0

    logger, clock = Rows(every_n_steps=2), Clock()
    monkeypatch.setattr(training_state.time, "perf_counter", lambda: clock.now)
    fit(make_compiled("vae"), logger, clock, validation_data=(make_images(8),))
    # At step 2, 16 images in two steps. At step 3, 4 images in one. The clock
    # hears of each step after the logger, and at step 4 of none before.
    speeds = dict(
        zip(logger.column("step"), logger.column("images_per_second"))
    )
    assert speeds == {2: 16 / 4, 3: 4 / 2, 4: 8 / 2, 6: 12 / 4}


def test_a_restored_model_goes_on_at_its_step(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    backup = BackupAndRestore(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        fit(make_compiled("gan"), backup, Interrupt(), epochs=4)
    for position in (0, 1):
        logger = Rows()
        callbacks = [BackupAndRestore(tmp_path, delete_checkpoint=False)]
        callbacks.insert(position, logger)
        fit(make_compiled("gan"), *callbacks, epochs=3 + position)
        assert logger.column("step") == [9 + 3 * position]
        assert logger.column("epoch") == [3 + position]


def test_further_fits_go_on():
    model, logger = make_compiled("vae"), Rows(every_n_steps=2)
    fit(model, logger, epochs=1)
    fit(model, logger, epochs=1)
    fit(make_compiled("vae"), logger, epochs=1)
    assert logger.column("step") == [2, 3, 4, 6, 8, 9]


def test_keras_need_not_wait_for_any_step():
    hooks = {name for name in vars(ScalarLogger) if "batch_end" in name}
    assert hooks == {"on_train_batch_end"} and Rows().async_safe


def test_model_is_touched_only_when_due():
    touched = []
    original = keras.callbacks.Callback.model

    class Watched(Rows):
        @property
        def model(self):
            touched.append(self.position["step"])
            return original.fget(self)

        def on_train_batch_begin(self, batch, logs=None):
            before = len(touched)
            super().on_train_batch_begin(batch, logs)
            if len(touched) > before:
                within.append(batch)

    within = []
    fit(make_compiled("vae"), Watched(every_n_steps=2), epochs=1)
    assert within == [2]


def test_logging_leaves_training_alone():
    def fitted(*callbacks):
        keras.utils.set_random_seed(1)
        model = make_compiled("gan")
        fit(model, *callbacks)
        return weights_of(model)

    for a, b in zip(fitted(Rows(every_n_steps=1)), fitted()):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_only_the_chief_writes(monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    logger = Rows(every_n_steps=1)
    fit(make_compiled("vae"), logger)
    assert logger.rows == []


def test_what_fails_warns_once():
    class Failing(Rows):
        def begin(self, model):
            raise OSError("disk full")

        write = begin

    logger = Failing(every_n_steps=1)
    with pytest.warns(UserWarning, match="`Failing` could not log") as caught:
        history = fit(make_compiled("vae"), logger)
    assert len([w for w in caught if "could not" in str(w.message)]) == 1
    assert len(history["loss"]) == 2


def test_any_keras_model():
    logger = Rows(every_n_steps=2)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", loss="mean_squared_error", metrics=["mae"])
    x = np.ones((20, 3), "float32")
    model.fit(x, x[:, :1], batch_size=8, verbose=0, callbacks=[logger])
    assert logger.column("step") == [2, 3]
    expected = {"loss", "mae", "learning_rate", "images_per_second"}
    assert set(logger.rows[0]) == expected | {"step", "epoch"}


def test_wrong_arguments():
    with pytest.raises(ValueError, match="Received: every_n_steps=0"):
        ScalarLogger(every_n_steps=0)
