import functools
import pathlib
import shutil
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import BackupAndRestore
from keras_generative.datasets import ShuffledBatches
from tests.callbacks import resumed_run
from tests.test_case import MODELS
from tests.test_case import OBJECTIVES
from tests.test_case import assert_equal_state
from tests.test_case import make_compiled
from tests.test_case import weights_of

NUM_EPOCHS = 5


class Stop(keras.callbacks.Callback):
    """Interrupts a run in the middle of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.due = epoch == self.epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.due and batch == 1:
            raise KeyboardInterrupt


def run(name, *callbacks):
    keras.utils.set_random_seed(1)
    model = make_compiled(name)
    batches = ShuffledBatches(*MODELS[name].data(20), batch_size=8, seed=3)
    model.fit(batches, epochs=NUM_EPOCHS, verbose=0, callbacks=[*callbacks])
    return model


@functools.cache
def left_alone(name):
    return run(name)


@pytest.mark.parametrize(
    "name, callback",
    [
        *((name, BackupAndRestore) for name in (*OBJECTIVES, "vae")),
        # Which saves nothing but what ours does.
        *(
            (name, keras.callbacks.BackupAndRestore)
            for name in ("autoencoder", "vae", "gan")
        ),
    ],
)
def test_an_interrupted_run_ends_as_one_left_alone(name, callback, tmp_path):
    backup = callback(str(tmp_path / "backup"))
    for epoch in (2, 3):
        with pytest.raises(KeyboardInterrupt):
            run(name, backup, Stop(epoch))
    resumed = run(name, backup)
    assert len(resumed.history.history["loss"]) == NUM_EPOCHS - 3
    assert_equal_state(resumed, left_alone(name))
    assert not (tmp_path / "backup").exists()


def test_a_killed_run_ends_as_one_left_alone(tmp_path):
    # What of other models is in a backup, the test above knows.
    parts, same = resumed_run.compare("gan", tmp_path, num_kills=2)
    assert len(parts) == 2 and same
    # The second part goes on where the first was killed, not at the start.
    assert parts[1][0] > 0


def test_only_the_last_backup_is_kept(tmp_path):
    run("vae", BackupAndRestore(tmp_path, delete_checkpoint=False))
    (folder,) = tmp_path.iterdir()
    assert [p.name for p in folder.iterdir()] == ["epoch_000005"]


KILLED = """
import os, signal, sys
import keras
from keras_generative.callbacks import BackupAndRestore

def save_weights(self, filepath, overwrite=True):
    with open(filepath, "wb") as file:
        file.write(b"half a fi")
    os.kill(os.getpid(), signal.SIGKILL)

keras.Model.save_weights = save_weights
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
backup = BackupAndRestore(sys.argv[1])
backup.set_model(model)
backup.on_epoch_end(3)
"""


def test_a_run_killed_as_it_writes_leaves_nothing(tmp_path):
    folder = tmp_path / "backup"
    backup = BackupAndRestore(folder)
    with pytest.raises(KeyboardInterrupt):
        run("vae", backup, Stop(2))
    before = files_in(folder)
    command = [sys.executable, "-c", KILLED, folder]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    assert len(files_in(folder)) > len(before)
    with pytest.raises(KeyboardInterrupt):
        run("vae", backup, Stop(3))
    assert len(files_in(folder)) == len(before)
    subprocess.run(command)
    assert_equal_state(run("vae", backup), left_alone("vae"))
    assert not folder.exists()


def files_in(folder):
    """Dict of path to content."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in files}


def test_files_of_others_are_left_and_are_no_obstacle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("vae", BackupAndRestore("", delete_checkpoint=False), Stop(9))
    (own,) = tmp_path.rglob("epoch_000005")
    for name in ("notes.txt", "epoch_000009/best.keras", "epoch_000002/a"):
        for folder in (tmp_path, own.parent):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("mine")
    shutil.copytree(own, tmp_path / "epoch_000007")
    # By the mark in it, this is a copy of another backup.
    shutil.copytree(own, own.parent / "epoch_000008")
    others = {k: v for k, v in files_in(tmp_path).items() if own.name not in k}
    assert len(others) == 6 + 2 * len(files_in(own))
    assert run("vae", BackupAndRestore(".")).history.epoch == []
    assert files_in(tmp_path) == others
    checkpoint = keras.callbacks.ModelCheckpoint("epoch_{epoch:06d}/m.keras")
    with pytest.raises(KeyboardInterrupt):
        run("vae", BackupAndRestore("."), checkpoint, Stop(3))
    resumed = run("vae", BackupAndRestore("."), checkpoint)
    assert resumed.history.epoch == [3, 4]
    assert set(others) < set(files_in(tmp_path))
    assert len(list(tmp_path.glob("epoch_*/m.keras"))) == 5


@pytest.mark.parametrize("name", ["", ".", "made_before"])
def test_a_folder_that_was_there_is_left(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    run("vae", BackupAndRestore(name))
    assert folder.exists() and list(folder.iterdir()) == []


def test_the_working_folder_is_left_by_a_resumed_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run("vae", BackupAndRestore(tmp_path), Stop(3))
    run("vae", BackupAndRestore(tmp_path))
    assert tmp_path.exists() and list(tmp_path.iterdir()) == []


class Poison(keras.callbacks.Callback):
    """Puts a NaN into the weights in an epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            weight = self.model.weights[-1]
            weight.assign(np.full(weight.shape, np.nan))


@pytest.mark.parametrize("delete_checkpoint", [True, False])
def test_a_backup_of_finite_weights_outlives_nan(delete_checkpoint, tmp_path):
    backup = BackupAndRestore(tmp_path, delete_checkpoint)
    with pytest.warns(UserWarning, match="finite weights") as caught:
        run("gan", backup, Poison())
    assert len([w for w in caught if "finite" in str(w.message)]) == 1
    (folder,) = tmp_path.rglob("epoch_*")
    assert folder.name == "epoch_000002"
    resumed = run("gan", backup)
    assert resumed.history.epoch == [2, 3, 4]
    assert_equal_state(resumed, left_alone("gan"))


def test_a_backup_that_cannot_be_written_warns_once(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.warns(UserWarning, match="could not write a backup") as caught:
        model = run("gan", BackupAndRestore(tmp_path / "file/backup"))
    assert len([w for w in caught if "backup" in str(w.message)]) == 1
    assert_equal_state(model, left_alone("gan"))


def test_only_the_chief_writes_backups(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    run("gan", BackupAndRestore(tmp_path / "backup", delete_checkpoint=False))
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_file_that_cannot_be_finished_leaves_the_last_one(
    name, file, tmp_path, monkeypatch
):
    model, path = make_compiled(name), tmp_path / file
    save = model.save if file.endswith(".keras") else model.save_weights
    save(path)
    before = path.read_bytes()

    def no_space(self, store):
        raise OSError("No space left on device")

    monkeypatch.setattr(keras.layers.Dense, "save_own_variables", no_space)
    with pytest.raises(OSError, match="No space left"):
        save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_other_ways_to_save_are_those_of_keras(name, tmp_path):
    model = make_compiled(name)
    model.save(tmp_path / "folder", zipped=False)
    loaded = keras.models.load_model(tmp_path / "folder")
    for weight, expected in zip(weights_of(loaded), weights_of(model)):
        np.testing.assert_array_equal(weight, expected)
    model.save_weights(tmp_path / "shards.weights.json", max_shard_size=1)
    loaded.load_weights(tmp_path / "shards.weights.json")
    with pytest.raises(ValueError, match=r"model\.txt"):
        model.save(tmp_path / "model.txt")
    assert not pathlib.Path(tmp_path / "model.txt").exists()


@pytest.mark.parametrize("backup_dir", [None, 3])
def test_what_is_no_folder(backup_dir):
    with pytest.raises(ValueError, match="`backup_dir`.*Received: backup_dir="):
        BackupAndRestore(backup_dir)


def test_bad_switch(tmp_path):
    with pytest.raises(ValueError, match="Received: delete_checkpoint='no'"):
        BackupAndRestore(tmp_path, delete_checkpoint="no")
