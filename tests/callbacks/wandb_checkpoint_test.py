import json
import pathlib

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import WandbCheckpoint
from tests.offline_run import read_artifacts
from tests.test_case import assert_equal_state
from tests.test_case import make_compiled
from tests.test_case import make_images

wandb = pytest.importorskip("wandb")


@pytest.fixture(autouse=True)
def copies(monkeypatch, tmp_path):
    """Where W&B keeps its copies of the files."""
    monkeypatch.setenv("WANDB_DATA_DIR", str(tmp_path))


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(dir=tmp_path, mode="offline")
    yield run
    run.finish()


class Losses(keras.callbacks.Callback):
    """Replaces the validation loss by given values."""

    def __init__(self, *values):
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = self.values[epoch]


def fit(model, *callbacks, epochs=1):
    model.fit(
        make_images(),
        epochs=epochs,
        batch_size=8,
        verbose=0,
        callbacks=[*callbacks],
    )


def aliases(artifacts):
    return [sorted(artifact.aliases) for artifact in artifacts]


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_artifact_holds_the_whole_model(run, name):
    model = make_compiled(name)
    fit(model, WandbCheckpoint())
    run.finish()
    (artifact,) = read_artifacts(run)
    assert artifact.type == "model"
    assert artifact.name == f"run_{run.id}_model"
    metadata = json.loads(artifact.metadata)
    assert metadata["epoch"] == 1 and metadata["loss"] > 0
    (file,) = artifact.manifest.contents
    assert file.path == "model.keras"
    copy = pathlib.Path(file.local_path)
    copy = copy.rename(copy.with_suffix(".keras"))
    assert_equal_state(keras.models.load_model(copy), model)


@pytest.mark.parametrize("mode, best", [("min", [1, 3]), ("max", [1, 2, 4])])
def test_aliases(run, mode, best):
    checkpoint = WandbCheckpoint("val_loss", mode)
    losses = Losses(5.0, 7.0, 4.0, 8.0, np.nan)
    fit(make_compiled("autoencoder"), losses, checkpoint, epochs=5)
    run.finish()
    artifacts = read_artifacts(run)
    assert len({artifact.name for artifact in artifacts}) == 1
    assert aliases(artifacts) == [
        ["best"] * (epoch in best) + [f"epoch_{epoch}", "latest"]
        for epoch in range(1, 6)
    ]


def test_best_is_remembered_by_the_run(run):
    for value in (5.0, 6.0, 4.0):
        fit(
            make_compiled("autoencoder"),
            Losses(value),
            WandbCheckpoint("val_loss"),
        )
    assert run.summary["best_val_loss"] == 4.0
    run.finish()
    has_best = ["best" in names for names in aliases(read_artifacts(run))]
    assert has_best == [True, False, True]


def test_every_n_epochs_and_the_last(run):
    fit(make_compiled("vae"), WandbCheckpoint(every_n_epochs=2), epochs=5)
    run.finish()
    assert aliases(read_artifacts(run)) == [
        [f"epoch_{epoch}", "latest"] for epoch in (2, 4, 5)
    ]


def test_a_log_that_is_not_there_warns_once_and_nothing_is_lost(run):
    with pytest.warns(UserWarning, match="monitor='val_los'") as caught:
        fit(make_compiled("vae"), WandbCheckpoint("val_los"), epochs=2)
    assert len([w for w in caught if "val_los" in str(w.message)]) == 1
    run.finish()
    assert len(read_artifacts(run)) == 2


def test_a_file_that_cannot_be_written_warns_once(run, monkeypatch):
    def no_space(self, store):
        raise OSError("No space left on device")

    monkeypatch.setattr(keras.layers.Dense, "save_own_variables", no_space)
    with pytest.warns(UserWarning, match="No space left") as caught:
        fit(make_compiled("vae"), WandbCheckpoint(), epochs=2)
    assert len([w for w in caught if "No space" in str(w.message)]) == 1


def test_only_the_chief_logs(run, monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    fit(make_compiled("vae"), WandbCheckpoint())
    run.finish()
    assert read_artifacts(run) == []


def test_disabled():
    run = wandb.init(mode="disabled")
    assert run.disabled
    fit(make_compiled("vae"), WandbCheckpoint("loss"))
    run.finish()


def test_no_active_run():
    with pytest.raises(RuntimeError, match="`WandbCheckpoint` needs.*Received"):
        fit(make_compiled("vae"), WandbCheckpoint())


def test_wrong_arguments():
    with pytest.raises(ValueError, match="Received: mode='lowest'"):
        WandbCheckpoint("val_loss", mode="lowest")
    with pytest.raises(ValueError, match="Received: every_n_epochs=0"):
        WandbCheckpoint(every_n_epochs=0)


@pytest.mark.parametrize("monitor", [3, ["val_loss"], ""])
def test_what_is_no_log(monitor):
    with pytest.raises(ValueError, match="`monitor`.*Received: monitor="):
        WandbCheckpoint(monitor=monitor)
