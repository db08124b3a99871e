import os
import pathlib
import shutil
import tempfile

import keras

from keras_generative import backend
from keras_generative.utils.side_show import SideShow


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
    on. Where several processes train together, the chief writes and all
    restore, from a folder that all can read.

    Args:
        backup_dir: String or path, a folder for the backups of this run alone.
        delete_checkpoint: Boolean, delete the folder when training is
            finished. Defaults to `True`.

    Example:

    >>> backup = BackupAndRestore("backup")
    >>> model.fit(batches, epochs=50, callbacks=[backup])
    """

    def __init__(self, backup_dir, delete_checkpoint=True):
        super().__init__()
        self.backup_dir = pathlib.Path(backup_dir)
        self.delete_checkpoint = delete_checkpoint
        self._side_show = SideShow(self)

    def on_train_begin(self, logs=None):
        backups = self._backups()
        if backups:
            self._keras_callback(backups[-1]).on_train_begin()

    def on_epoch_end(self, epoch, logs=None):
        with self._side_show.attempt(
            f"could not write a backup to '{self.backup_dir}'"
        ):
            self._write(epoch)

    def on_train_end(self, logs=None):
        if self.delete_checkpoint and backend.is_chief():
            shutil.rmtree(self.backup_dir, ignore_errors=True)

    def _write(self, epoch):
        if not backend.is_chief():
            # All must save, see `save_weights`.
            with tempfile.TemporaryDirectory() as folder:
                self._keras_callback(folder).on_epoch_end(epoch)
            return
        earlier = self._backups()
        unfinished = self.backup_dir / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._keras_callback(unfinished).on_epoch_end(epoch)
        os.replace(unfinished, self.backup_dir / f"epoch_{epoch + 1:06d}")
        for backup in earlier:
            shutil.rmtree(backup, ignore_errors=True)

    def _backups(self):
        return sorted(self.backup_dir.glob("epoch_*"))

    def _keras_callback(self, folder):
        """Keras' callback, for one backup."""
        callback = keras.callbacks.BackupAndRestore(str(folder))
        callback.set_model(self.model)
        return callback
