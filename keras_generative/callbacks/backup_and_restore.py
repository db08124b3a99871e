import contextlib
import os
import pathlib
import tempfile

import keras
import numpy as np

from keras_generative import backend
from keras_generative.utils.scratch_folder import scratch_folder
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_path
from keras_generative.utils.warn_once import WarnOnce

FOLDER = "keras_generative_backup"
MARK = "keras_generative.txt"


class BackupAndRestore(keras.callbacks.Callback):
    """Lets a run that was interrupted, or killed, go on where it stood.

    Like `keras.callbacks.BackupAndRestore`, after every epoch, but safe at
    any moment. Keras writes the weights and then the epoch they are of, so
    that a run killed in between goes on with weights of one epoch and the
    count of another. Here each backup is a folder that appears whole.

    With `datasets.ShuffledBatches`, or other data that depends on the epoch
    alone, the run ends with the weights of one that was never interrupted.
    Callbacks that remember earlier epochs, as `EarlyStopping` does, begin
    anew. A backup that cannot be written gives one warning, and training goes
    on. So do weights that are NaN or infinite: the last backup of finite ones
    is kept, also when training is finished. Where several processes train
    together, the chief writes and all restore, from a folder that all can
    read.

    Args:
        backup_dir: String or path, a folder for the backups of this run, in
            a folder `keras_generative_backup`. Other files beside it are
            left alone.
        delete_checkpoint: Boolean, delete the backup when training is
            finished, and the folder if nothing else is in it. Defaults to
            `True`.

    Example:

    >>> backup = BackupAndRestore("backup")
    >>> model.fit(batches, epochs=50, callbacks=[backup])
    """

    def __init__(self, backup_dir, delete_checkpoint=True):
        super().__init__()
        self.backup_dir = pathlib.Path(check_path(backup_dir, "backup_dir"))
        self.delete_checkpoint = check_boolean(
            delete_checkpoint, "delete_checkpoint"
        )
        self._folder = self.backup_dir / FOLDER
        self._warn_once = WarnOnce(self)

    def on_train_begin(self, logs=None):
        # A folder that somebody else made is not ours to remove.
        self._was_there = self.backup_dir.exists() and not self._folder.exists()
        backups = self._backups()
        if backups:
            self._keras_callback(backups[-1]).on_train_begin()

    def on_epoch_end(self, epoch, logs=None):
        with self._warn_once.on_failure(
            f"could not write a backup to '{self.backup_dir}'"
        ):
            if self._is_finite():
                self._write(epoch)

    def on_train_end(self, logs=None):
        if not self.delete_checkpoint or not backend.is_chief():
            return
        with self._warn_once.on_failure(
            f"could not delete the backup in '{self.backup_dir}'"
        ):
            if self._folder.exists() and self._is_finite():
                self._delete()

    def _is_finite(self):
        """Whether all weights are. The first that are not give a warning."""
        for weight in self.model.weights:
            if not np.isfinite(keras.ops.convert_to_numpy(weight)).all():
                with self._warn_once.on_failure(
                    "keeps the last backup of finite weights, if there is one"
                ):
                    raise ValueError(f"`{weight.path}` is not finite.")
                return False
        return True

    def _write(self, epoch):
        if not backend.is_chief():
            # All must save, see `save_weights`.
            with tempfile.TemporaryDirectory() as folder:
                self._keras_callback(folder).on_epoch_end(epoch)
            return
        earlier = self._backups()
        self._folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(self._folder) as scratch:
            backup, name = scratch / "backup", f"epoch_{epoch + 1:06d}"
            self._keras_callback(backup).on_epoch_end(epoch)
            (backup / MARK).write_text(_mark_of(name))
            os.replace(backup, self._folder / name)
            _discard(earlier, scratch)

    def _delete(self):
        with scratch_folder(self._folder) as scratch:
            _discard(self._backups(), scratch)
        with contextlib.suppress(OSError):  # Something else is in there.
            self._folder.rmdir()
            if not self._was_there and not self.backup_dir.samefile("."):
                self.backup_dir.rmdir()

    def _backups(self):
        """The folders of backups that this class wrote, the newest last."""
        folders = [
            mark.parent
            for mark in self._folder.glob(f"epoch_*/{MARK}")
            if mark.read_bytes() == _mark_of(mark.parent.name).encode()
        ]
        return sorted(folders, key=lambda folder: (len(folder.name), folder))

    def _keras_callback(self, folder):
        """Keras' callback, for one backup."""
        callback = keras.callbacks.BackupAndRestore(str(folder))
        callback.set_model(self.model)
        return callback


def _mark_of(name):
    return f"{name} was written by keras_generative.callbacks.BackupAndRestore"


def _discard(backups, scratch):
    # Moved first: a backup that is half deleted would be known by nobody.
    for backup in backups:
        os.replace(backup, scratch / backup.name)
