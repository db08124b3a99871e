import pathlib
import shutil

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import BackupAndRestore
from keras_generative.datasets import ShuffledBatches
from tests.callbacks import resumed_run
from tests.test_case import assert_equal_state
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import weights_of

MODELS = ["autoencoder", "vae", "gan"]
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
    batches = ShuffledBatches(make_images(20), batch_size=8, seed=3)
    model.fit(batches, epochs=NUM_EPOCHS, verbose=0, callbacks=[*callbacks])
    return model


@pytest.mark.parametrize(
    "callback", [BackupAndRestore, keras.callbacks.BackupAndRestore]
)
@pytest.mark.parametrize("name", MODELS)
def test_an_interrupted_run_ends_as_one_left_alone(name, callback, tmp_path):
    backup = callback(str(tmp_path / "backup"))
    for epoch in (2, 3):
        with pytest.raises(KeyboardInterrupt):
            run(name, backup, Stop(epoch))
    resumed = run(name, backup)
    assert len(resumed.history.history["loss"]) == NUM_EPOCHS - 3
    assert_equal_state(resumed, run(name))
    assert not (tmp_path / "backup").exists()


def test_a_killed_run_ends_as_one_left_alone(tmp_path):
    parts, same = resumed_run.compare("gan", tmp_path, num_kills=2)
    assert len(parts) == 2 and same
    # The second part goes on where the first was killed, not at the start.
    assert parts[1][0] > 0


def test_only_the_last_backup_is_kept(tmp_path):
    run("vae", BackupAndRestore(tmp_path, delete_checkpoint=False))
    assert [p.name for p in tmp_path.iterdir()] == ["epoch_000005"]


@pytest.mark.parametrize("leftover", ["unfinished", "epoch_000002"])
def test_what_a_killed_run_leaves_is_no_obstacle(tmp_path, leftover):
    backup = BackupAndRestore(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run("vae", backup, Stop(3))
    shutil.copytree(tmp_path / "epoch_000003", tmp_path / leftover)
    (tmp_path / leftover / "latest.weights.h5").write_bytes(b"half a fi")
    assert_equal_state(run("vae", backup), run("vae"))


def test_a_backup_that_cannot_be_written_warns_once(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.warns(UserWarning, match="could not write a backup") as caught:
        model = run("vae", BackupAndRestore(tmp_path / "file/backup"))
    assert len([w for w in caught if "backup" in str(w.message)]) == 1
    assert_equal_state(model, run("vae"))


def test_only_the_chief_writes_backups(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    run("vae", BackupAndRestore(tmp_path / "backup", delete_checkpoint=False))
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5"])
@pytest.mark.parametrize("name", MODELS)
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


@pytest.mark.parametrize("name", MODELS)
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
