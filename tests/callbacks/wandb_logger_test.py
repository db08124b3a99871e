import functools
import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative import writers
from keras_generative.callbacks import BackupAndRestore
from keras_generative.callbacks import BetaWarmup
from keras_generative.callbacks import PictureLogger
from keras_generative.callbacks import WandbLogger
from keras_generative.optimizers import GradientNorm
from tests.offline_run import read_config
from tests.offline_run import read_records
from tests.offline_run import read_rows
from tests.offline_run import wait_for_records
from tests.test_case import make_compiled
from tests.test_case import make_gan
from tests.test_case import make_images

wandb = pytest.importorskip("wandb")

STEPS_PER_EPOCH = 3  # Of 8, 8 and 4 images.


@pytest.fixture
def init(monkeypatch, tmp_path):
    """Begins an offline run, or one as its arguments say."""
    monkeypatch.setenv("WANDB_SILENT", "true")
    monkeypatch.chdir(tmp_path)
    yield functools.partial(wandb.init, dir=tmp_path, mode="offline")
    wandb.finish()


def fit(model, *callbacks, epochs=2, **kwargs):
    return model.fit(
        make_images(),
        epochs=epochs,
        batch_size=8,
        verbose=0,
        callbacks=[*callbacks],
        **kwargs,
    ).history


class StepLogger(PictureLogger):
    """A picture whose brightness is the number of pictures before it."""

    def __init__(self, name, **kwargs):
        super().__init__(**kwargs)
        self.name, self.count = name, 0

    def draw(self, model):
        picture = np.full((4, 4, 3), self.count, "uint8")
        self.count += 1
        return {self.name: picture}


def rows_with(rows, name):
    return [row for row in rows if name in row]


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_every_log_of_every_epoch(init, name):
    run = init()
    history = fit(
        make_compiled(name), WandbLogger(), validation_data=(make_images(8),)
    )
    run.finish()
    rows = rows_with(read_rows(run), "loss")
    assert [row["step"] for row in rows] == [3, 6]
    assert [row["epoch"] for row in rows] == [1, 2]
    assert "val_loss" in history and len(history) >= 4
    for key, values in history.items():
        np.testing.assert_allclose([row[key] for row in rows], values)


def test_steps_and_what_no_log_holds(init):
    run = init()
    model = make_gan()
    model.compile(GradientNorm("adam"), keras.optimizers.SGD(0.25))
    fit(model, WandbLogger(every_n_steps=2))
    run.finish()
    rows = rows_with(read_rows(run), "loss")
    assert [row["step"] for row in rows] == [2, 3, 4, 6]
    for row in rows:
        assert row["learning_rate_generator"] == pytest.approx(1e-3)
        assert row["learning_rate_discriminator"] == 0.25
        assert row["gradient_norm_generator"] > 0
        assert row["images_per_second"] > 0
        assert {"generator_loss", "real_score"} <= set(row)


def test_beta(init):
    run = init()
    fit(make_compiled("vae"), BetaWarmup(4), WandbLogger(), epochs=3)
    run.finish()
    rows = rows_with(read_rows(run), "beta")
    assert [row["beta"] for row in rows] == [0.0, 0.25, 0.5]


@pytest.mark.parametrize("pictures_first", [True, False])
def test_pictures_land_at_their_step_without_an_argument(init, pictures_first):
    run = init()
    pictures = [StepLogger("epochs"), StepLogger("steps", every_n_steps=2)]
    logger = [WandbLogger(every_n_steps=1)]
    callbacks = pictures + logger if pictures_first else logger + pictures
    fit(make_compiled("gan"), *callbacks)
    writers.WandbWriter().write("end", np.full((4, 4, 3), 9, "uint8"), 2)
    run.finish()
    rows = read_rows(run)
    found = {
        name: [(r[name], r["step"], r["epoch"]) for r in rows_with(rows, name)]
        for name in ("epochs", "steps", "end")
    }
    assert found == {
        "epochs": [(0, 3, 1), (1, 6, 2)],
        "steps": [(0, 2, 0), (1, 4, 1), (2, 6, 2)],
        "end": [(9, 6, 2)],
    }
    assert len(rows_with(rows, "loss")) == 2 * STEPS_PER_EPOCH


def test_pictures_of_a_run_without_the_logger_have_a_step_of_their_own(init):
    run = init()
    fit(make_compiled("vae"), WandbLogger())
    run.finish()
    run = init()
    fit(make_compiled("vae"), StepLogger("epochs"))
    run.finish()
    rows = rows_with(read_rows(run), "epochs")
    assert [row["epochs_step"] for row in rows] == [1, 2]


def test_all_charts_are_over_the_step(init):
    run = init()
    fit(make_compiled("vae"), WandbLogger())
    run.log({"mine": 1.0})
    run.finish()
    metrics = [
        record.metric
        for record in wait_for_records(run)
        if record.HasField("metric")
    ]
    axes = {m.name or m.glob_name: m.step_metric for m in metrics}
    assert axes == {"step": "", "*": "step"}
    # W&B itself puts what is logged by hand at the last step.
    (row,) = rows_with(read_rows(run), "mine")
    assert row["step"] == 6


def test_config(init):
    run = init(config={"latent_dim": 3, "model": "mine"})
    model = make_gan()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.5)
    model.compile(
        keras.optimizers.SGD(schedule),
        GradientNorm(keras.optimizers.Adam(0.25)),
        loss="hinge",
        penalties=["r1_penalty"],
        discriminator_steps=2,
    )
    fit(model, WandbLogger())
    run.finish()
    config = read_config(run)
    assert config["latent_dim"] == 3 and config["model"] == "mine"
    config = config["keras"]
    assert config["model"]["class_name"] == "GAN"
    assert config["model"]["latent_dim"] == 3
    layers = config["model"]["generator"]["layers"]
    kinds = [layer["class_name"] for layer in layers]
    assert kinds == ["InputLayer", "Flatten", "Dense", "Dense", "Reshape"]
    assert (layers[2]["units"], layers[2]["activation"]) == (8, "tanh")
    compiled = config["compile"]
    rate = compiled["generator_optimizer"]["learning_rate"]
    assert rate["class_name"] == "ExponentialDecay"
    assert rate["initial_learning_rate"] == 0.5
    adam = compiled["discriminator_optimizer"]["inner_optimizer"]
    assert adam["class_name"] == "Adam" and adam["learning_rate"] == 0.25
    assert compiled["loss"]["class_name"] == "HingeLoss"
    assert compiled["penalties"][0]["weight"] == 10.0
    assert compiled["discriminator_steps"] == 2
    assert config["batch_size"] == 8
    assert (config["epochs"], config["steps_per_epoch"]) == (2, 3)
    # Dense layers 3-8-16 and 16-8-1, of which the last ones have no bias.
    assert config["parameters"] == {
        "total": 304,
        "trainable": 304,
        "generator": 3 * 8 + 8 + 8 * 16,
        "discriminator": 16 * 8 + 8 + 8 * 1,
    }
    assert config["seed"] == 1
    assert config["backend"] == keras.config.backend()
    versions = config["versions"]
    assert versions["keras"] == keras.__version__
    assert versions[config["backend"]][0].isdigit()


class Interrupt(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("backup_first", [True, False])
def test_a_resumed_run_goes_on_at_its_step(init, tmp_path, backup_first):
    steps = []
    for interrupts in ([Interrupt()], []):
        run = init(id="abc", resume="allow")
        callbacks = [BackupAndRestore(tmp_path / "backup"), WandbLogger()]
        callbacks += [StepLogger("picture"), *interrupts]
        try:
            order = 1 if backup_first else -1
            fit(make_compiled("vae"), *callbacks[::order], epochs=4)
        except KeyboardInterrupt:
            pass
        run.finish()
        rows = read_rows(run)
        steps.append([row["step"] for row in rows_with(rows, "loss")])
        pictures = [row["step"] for row in rows_with(rows, "picture")]
        assert pictures == steps[-1]
    assert steps == [[3, 6], [9, 12]]


def test_a_further_model_goes_on_at_the_step_of_the_run(init):
    run = init()
    for _ in range(2):
        fit(make_compiled("vae"), WandbLogger(), epochs=1)
    run.finish()
    rows = rows_with(read_rows(run), "loss")
    assert [row["step"] for row in rows] == [3, 6]


def test_a_further_run_begins_anew(init):
    logger = WandbLogger()
    for _ in range(2):
        run = init()
        fit(make_compiled("vae"), logger, epochs=1)
        run.finish()
        rows = rows_with(read_rows(run), "loss")
        assert [row["step"] for row in rows] == [3]


def test_disabled(init):
    run = init(mode="disabled")
    assert run.disabled
    callbacks = [WandbLogger(every_n_steps=1), StepLogger("picture")]
    assert len(fit(make_compiled("vae"), *callbacks)["loss"]) == 2


def test_no_active_run():
    with pytest.raises(RuntimeError, match="`WandbLogger` needs.*Received"):
        fit(make_compiled("vae"), WandbLogger())


def test_others_than_the_chief_need_no_run(monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    assert len(fit(make_compiled("vae"), WandbLogger(1))["loss"]) == 2


def test_what_fails_warns_once_and_training_goes_on(init, monkeypatch):
    run = init()

    def fail(*args, **kwargs):
        raise ConnectionError("network lost")

    monkeypatch.setattr(run, "log", fail)
    monkeypatch.setattr(run, "define_metric", fail)
    with pytest.warns(UserWarning, match="network lost") as caught:
        history = fit(make_compiled("vae"), WandbLogger(every_n_steps=1))
    assert len([w for w in caught if "network" in str(w.message)]) == 1
    assert len(history["loss"]) == 2


def test_a_run_that_was_finished_during_training(init):
    run = init()
    finish = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: run.finish()
    )
    logger = WandbLogger(every_n_steps=1)
    with pytest.warns(UserWarning, match="`WandbLogger` could not log"):
        history = fit(make_compiled("vae"), finish, logger)
    assert len(history["loss"]) == 2


SCRIPT = """
import sys
sys.modules["tensorflow"] = None  # Importing it fails.
import wandb
from keras_generative.callbacks import SampleGridLogger
from keras_generative.callbacks import WandbCheckpoint
from keras_generative.callbacks import WandbLogger
from tests.test_case import make_compiled
from tests.test_case import make_images

run = wandb.init(project="test")
callbacks = [WandbLogger(every_n_steps=2), SampleGridLogger(4)]
callbacks.append(WandbCheckpoint())
images = make_images(low=-1.0)
make_compiled("gan").fit(images, verbose=0, callbacks=callbacks)
run.finish()
print(run.dir)
"""


@pytest.mark.skipif(
    keras.config.backend() == "tensorflow", reason="needs TensorFlow itself"
)
def test_without_tensorflow(tmp_path):
    """The network cannot be reached either."""
    root = str(pathlib.Path(__file__).parents[2])
    proxy = "http://127.0.0.1:9"
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", SCRIPT],
        env={
            **os.environ,
            "PYTHONPATH": root,
            "WANDB_MODE": "offline",
            "WANDB_DATA_DIR": str(tmp_path),
            "HTTPS_PROXY": proxy,
            "HTTP_PROXY": proxy,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    folder = pathlib.Path(done.stdout.splitlines()[-1]).parent
    (path,) = folder.glob("*.wandb")
    records = b"".join(read_records(path.read_bytes()))
    assert b"discriminator_accuracy" in records
    assert b"media/images/samples" in records
    assert json.dumps(keras.__version__).encode() in records
