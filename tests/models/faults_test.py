"""What goes wrong around training ends it with a message, or not at all."""

import contextlib
import functools
import os
import resource
import stat

import keras
import numpy as np
import pytest

from keras_generative import callbacks
from keras_generative import writers
from keras_generative.training.saving import size_in_file
from keras_generative.writers import event_file
from keras_generative.writers import wandb_writer
from tests.test_case import GAMES
from tests.test_case import MODELS
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import make_labels
from tests.test_case import weights_of

# Disks, files and interrupts know no model. These have all there is to save:
# one optimizer or two, seed generators or none, labels or none, heads.
every_model = pytest.mark.parametrize(
    "name", ["autoencoder", "conditional_vae", "gan", "acgan"]
)


@contextlib.contextmanager
def full_disk(room=1000):
    """No file of this process may grow beyond `room` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


class FullDisk(keras.callbacks.Callback):
    """The disk is full from the third epoch on."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            self.context = full_disk()
            self.context.__enter__()

    def on_train_end(self, logs=None):
        self.context.__exit__(None, None, None)


def fit(model, *callbacks, epochs=4):
    labels = None if model.label_spec is None else make_labels(16)
    model.fit(
        make_images(16),
        labels,
        epochs=epochs,
        verbose=0,
        callbacks=[*callbacks],
    )
    return weights_of(model)


@functools.cache
def undisturbed(name, epochs):
    keras.utils.set_random_seed(1)
    return fit(make_compiled(name), epochs=epochs)


def assert_equal(weights, others):
    for a, b in zip(weights, others, strict=True):
        np.testing.assert_array_equal(a, b)


def picture_logger(name, *where):
    if name in GAMES:
        return callbacks.SampleGridLogger(num_images=64, writers=[*where])
    return callbacks.ReconstructionLogger(
        make_images(10), make_labels(10), writers=[*where]
    )


@every_model
def test_pictures_and_backups_on_a_full_disk(name, tmp_path):
    keras.utils.set_random_seed(1)
    model = make_compiled(name)
    backup = callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    watchers = [
        FullDisk(),
        backup,
        picture_logger(
            name,
            writers.DiskWriter(tmp_path / "pictures"),
            writers.TensorBoardWriter(tmp_path / "events"),
        ),
    ]
    with pytest.warns(UserWarning, match="Training goes on") as caught:
        weights = fit(model, *watchers)
    assert 1 <= len([w for w in caught if "too large" in str(w.message)]) <= 3
    assert_equal(weights, undisturbed(name, epochs=4))
    # The last backup that had room is whole.
    resumed = make_compiled(name)
    backup.set_model(resumed)
    backup.on_train_begin()
    assert_equal(weights_of(resumed), undisturbed(name, epochs=2))


@pytest.mark.parametrize("file", ["best.keras", "best.weights.h5"])
@every_model
def test_a_checkpoint_on_a_full_disk(name, file, tmp_path):
    path = str(tmp_path / file)
    checkpoint = keras.callbacks.ModelCheckpoint(
        path, save_weights_only=file.endswith("h5")
    )
    disk = FullDisk()
    keras.utils.set_random_seed(1)
    with pytest.raises(OSError, match=f"File too large: .*{file}"):
        fit(make_compiled(name), disk, checkpoint)
    disk.on_train_end()
    assert os.listdir(tmp_path) == [file]
    loaded = make_compiled(name)
    if file.endswith("h5"):
        loaded.load_weights(path)
    else:
        loaded = keras.models.load_model(path)
    assert_equal(weights_of(loaded), undisturbed(name, epochs=2))


@every_model
def test_weights_take_no_more_room_than_is_asked_for(name, tmp_path):
    model = make_compiled(name)
    path = tmp_path / "model.weights.h5"
    model.save_weights(path)
    size = os.path.getsize(path)
    assert size <= size_in_file(model) <= 10 * size


@every_model
def test_a_folder_that_cannot_be_written(name, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    where = tmp_path / "file" / "pictures"
    keras.utils.set_random_seed(1)
    with pytest.warns(UserWarning, match="Training goes on"):
        weights = fit(
            make_compiled(name),
            callbacks.BackupAndRestore(where),
            picture_logger(name, writers.DiskWriter(where)),
        )
    assert_equal(weights, undisturbed(name, epochs=4))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.warns(UserWarning, match="Training goes on"):
        fit(make_compiled("vae"), callbacks.BackupAndRestore(tmp_path / "b"))


def failing_data(name, epoch):
    """Batches that give out in an epoch, counted from 1."""
    for index in range(3 * epoch):
        if index == 3 * epoch - 2:
            raise OSError("the data server is gone")
        yield tuple(a for a in MODELS[name].data(8) if a is not None)


@every_model
def test_data_that_fails_in_the_third_epoch(name, tmp_path):
    model = make_compiled(name)
    path = str(tmp_path / "last.keras")
    with pytest.raises(Exception, match="the data server is gone"):
        model.fit(
            failing_data(name, epoch=3),
            steps_per_epoch=3,
            epochs=5,
            verbose=0,
            callbacks=[
                keras.callbacks.ModelCheckpoint(path),
                callbacks.BackupAndRestore(tmp_path / "backup"),
            ],
        )
    loaded = keras.models.load_model(path)
    resumed = make_compiled(name)
    backup = callbacks.BackupAndRestore(tmp_path / "backup")
    backup.set_model(resumed)
    backup.on_train_begin()
    assert_equal(weights_of(resumed), weights_of(loaded))
    assert int(loaded.optimizer.iterations) == 6
    fit(loaded, epochs=1)
    # The model itself is as the last step left it, and trains on.
    assert all(np.isfinite(w).all() for w in weights_of(model))
    fit(model, epochs=1)


class Interrupt(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise KeyboardInterrupt


@every_model
def test_ctrl_c_leaves_a_model_that_trains_on(name, tmp_path):
    model = make_compiled(name)
    with pytest.raises(KeyboardInterrupt):
        model.fit(
            *MODELS[name].data(24),
            batch_size=8,
            verbose=0,
            callbacks=[
                Interrupt(),
                picture_logger(name, writers.MemoryWriter()),
            ],
        )
    assert int(model.optimizer.iterations) == 2
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_equal(weights_of(loaded), weights_of(model))
    fit(model, epochs=1)


def test_a_missing_tracker_warns(monkeypatch, tmp_path):
    for module in (wandb_writer.wandb, event_file.record_writer):
        monkeypatch.setattr(module, "_module", None)
        monkeypatch.setattr(module, "_name", "not_installed")
    with pytest.warns(UserWarning, match="pip install") as caught:
        fit(
            make_compiled("vae"),
            picture_logger(
                "vae",
                writers.WandbWriter(),
                writers.TensorBoardWriter(tmp_path),
            ),
        )
    messages = {str(w.message) for w in caught}
    for package in ("wandb", "tensorboard"):
        assert any(f"pip install {package}" in text for text in messages)
