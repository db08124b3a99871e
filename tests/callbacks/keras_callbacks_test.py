"""Keras' own callbacks do what they say, for both players of a GAN too."""

import keras
import numpy as np
import pytest

from tests.test_case import assert_equal_state
from tests.test_case import make_autoencoder
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of

MAKERS = {"autoencoder": make_autoencoder, "vae": make_vae, "gan": make_gan}
PLAYERS = {
    "autoencoder": [""],
    "vae": [""],
    "gan": ["_generator", "_discriminator"],
}
KERAS_VERSION = tuple(int(part) for part in keras.__version__.split(".")[:2])
every_model = pytest.mark.parametrize("name", sorted(MAKERS))
one_optimizer_before_3_15 = pytest.mark.parametrize(
    "name",
    [
        "autoencoder",
        "vae",
        pytest.param(
            "gan",
            marks=pytest.mark.skipif(
                KERAS_VERSION < (3, 15),
                reason="Keras older than 3.15 does not look for several "
                "optimizers",
            ),
        ),
    ],
)


def compiled(name, policy="float32", **kwargs):
    keras.config.set_dtype_policy(policy)
    try:
        model = MAKERS[name]()
    finally:
        keras.config.set_dtype_policy("float32")
    adams = [keras.optimizers.Adam(0.1, **kwargs) for _ in PLAYERS[name]]
    model.compile(*adams)
    return model


def fit(model, *callbacks, **kwargs):
    images = make_images(16)
    arguments = {"epochs": 3, "batch_size": 8, "validation_data": images}
    return model.fit(
        images, verbose=0, callbacks=[*callbacks], **arguments | kwargs
    ).history


class Epochs(keras.callbacks.Callback):
    """The weights after each epoch."""

    def on_train_begin(self, logs=None):
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(weights_of(self.model))


class Rising(keras.callbacks.Callback):
    """Makes the second epoch the best one."""

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = abs(epoch - 1.0)


def assert_weights(model, weights):
    for a, b in zip(weights_of(model), weights, strict=True):
        np.testing.assert_array_equal(a, b)


@every_model
def test_model_checkpoint_keeps_the_best(name, tmp_path):
    path = str(tmp_path / "best.keras")
    checkpoint = keras.callbacks.ModelCheckpoint(
        path, monitor="val_loss", save_best_only=True
    )
    fit(compiled(name), epochs := Epochs(), Rising(), checkpoint)
    assert_weights(keras.models.load_model(path), epochs.weights[1])


@every_model
def test_early_stopping_restores_the_best(name):
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=2, restore_best_weights=True
    )
    model = compiled(name)
    history = fit(model, epochs := Epochs(), Rising(), stopping, epochs=9)
    assert len(history["loss"]) == 4
    assert_weights(model, epochs.weights[1])


@every_model
def test_terminate_on_nan(name):
    images = make_images(24)
    images[8:16] = np.nan
    model = compiled(name)
    if name == "vae":  # torch itself refuses to compare what is not a number
        model.compile("adam", "mean_squared_error")
    history = model.fit(
        images,
        epochs=5,
        batch_size=8,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.TerminateOnNaN(), steps := Steps()],
    )
    assert steps.count == 2
    assert len(history.history["loss"]) == 1


class Steps(keras.callbacks.Callback):
    count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1


@one_optimizer_before_3_15
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_learning_rate_scheduler(name, policy):
    schedule = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: 0.5 * rate if epoch == 0 else 0.0
    )
    model = compiled(name, policy)
    history = fit(model, epochs := Epochs(), schedule)
    for player in PLAYERS[name]:
        rates = history[f"learning_rate{player}"]
        np.testing.assert_allclose(rates, [0.05, 0.0, 0.0])
    assert_weights(model, epochs.weights[0])


@one_optimizer_before_3_15
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_reduce_lr_on_plateau(name, policy):
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=1
    )
    model = compiled(name, policy)
    fit(model, Rising(), plateau)
    for optimizer in getattr(model.optimizer, "optimizers", [model.optimizer]):
        np.testing.assert_allclose(float(optimizer.learning_rate), 0.05)


@every_model
def test_tensorboard(name, tmp_path):
    # Keras' callback needs TensorFlow on every backend.
    pytest.importorskip("tensorflow")
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    tensor_util = pytest.importorskip("tensorboard.util.tensor_util")
    history = fit(
        compiled(name),
        keras.callbacks.TensorBoard(str(tmp_path), histogram_freq=1),
    )
    for part, prefix in (("train", ""), ("validation", "val_")):
        events = event_accumulator.EventAccumulator(
            str(tmp_path / part), size_guidance={"tensors": 0}
        )
        events.Reload()
        values = [
            float(tensor_util.make_ndarray(event.tensor_proto))
            for event in events.Tensors("epoch_loss")
        ]
        np.testing.assert_allclose(values, history[f"{prefix}loss"], rtol=1e-6)


class TestWeights(keras.callbacks.Callback):
    """The weights that validation is run with."""

    __test__ = False

    def on_train_begin(self, logs=None):
        self.weights = []

    def on_test_begin(self, logs=None):
        self.weights.append(weights_of(self.model))


@one_optimizer_before_3_15
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_swap_ema_weights(name, policy):
    """Validation sees the averages of all players, training does not."""
    model = compiled(name, policy, use_ema=True, ema_momentum=0.5)
    fit(
        model,
        keras.callbacks.SwapEMAWeights(),
        seen := TestWeights(),
        epochs := Epochs(),
        batch_size=16,
    )
    averages = epochs.weights[0]
    for weights, validated in zip(epochs.weights, seen.weights):
        averages = [(a + b) / 2 for a, b in zip(averages, weights)]
        for a, b in zip(validated, averages, strict=True):
            # On TensorFlow Keras swaps by adding and subtracting.
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert not np.allclose(seen.weights[-1][0], epochs.weights[-1][0])


@one_optimizer_before_3_15
def test_averages_in_checkpoints_and_pictures(name, tmp_path):
    """`swap_on_epoch` gives them to the callbacks that come after it."""
    model = compiled(name, use_ema=True, ema_momentum=0.5)
    path = str(tmp_path / "average.keras")

    def draw(epoch, logs):
        if name != "autoencoder":
            model.generate(3)

    fit(
        model,
        before := Epochs(),
        keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
        swapped := Epochs(),
        keras.callbacks.LambdaCallback(on_epoch_end=draw),
        keras.callbacks.ModelCheckpoint(path),
        batch_size=16,
    )
    averages = before.weights[0]
    for weights in before.weights:
        averages = [(a + b) / 2 for a, b in zip(averages, weights)]
    for a, b in zip(swapped.weights[-1], averages, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert_weights(keras.models.load_model(path), swapped.weights[-1])
    # Drawing has taken nothing away that training or saving need.
    fit(model, epochs=1)
    model.save(path)
    assert_equal_state(keras.models.load_model(path), model)


OF_ONE_OPTIMIZER = [
    keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
    keras.callbacks.ReduceLROnPlateau(),
    keras.callbacks.SwapEMAWeights(),
]


@pytest.mark.parametrize("version", ["3.10.0", "3.14.1.dev0"])
@pytest.mark.parametrize("callback", OF_ONE_OPTIMIZER, ids=type)
def test_an_older_keras_does_not_find_two_optimizers(
    callback, version, monkeypatch
):
    monkeypatch.setattr(keras, "__version__", version)
    model = compiled("gan")
    before = weights_of(model)
    for callbacks in (callback, [[callback]], keras_list(callback)):
        with pytest.raises(ValueError, match=type(callback).__name__) as info:
            model.fit(make_images(16), callbacks=callbacks, verbose=0)
        assert "from Keras 3.15 on" in str(info.value)
        assert f"with Keras {version}" in str(info.value)
    assert_weights(model, before)


def keras_list(callback):
    return keras.callbacks.CallbackList([callback])


def test_an_older_keras_finds_the_one_optimizer_of_a_vae(monkeypatch):
    monkeypatch.setattr(keras, "__version__", "3.10.0")
    fit(compiled("vae"), keras.callbacks.ReduceLROnPlateau(), epochs=1)
