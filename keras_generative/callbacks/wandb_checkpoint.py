import math
import pathlib
import tempfile

import keras

from keras_generative import backend
from keras_generative.callbacks.training_state import numbers
from keras_generative.utils import LazyModule
from keras_generative.utils import validation
from keras_generative.utils.warn_once import WarnOnce
from keras_generative.writers.wandb_writer import active_run

wandb = LazyModule("wandb", pip_name="wandb")


class WandbCheckpoint(keras.callbacks.Callback):
    """Saves the model as a versioned artifact of the active W&B run.

    Each version of the artifact `run_<id>_model`, of type `model`, is a whole
    `.keras` file: the networks, the optimizers with their state, and that of
    the noise, so that training can go on from it. Its aliases are `latest`,
    `epoch_<n>` and, if none before it was better, `best`. The last epoch is
    always saved.

    A file that cannot be written or logged gives one warning, and training
    goes on. Where several processes train together, the chief logs.

    Args:
        monitor: String, the log by which to tell the best, as `"val_loss"`.
            Defaults to `None`, no alias `best`: the losses of a GAN do not
            tell.
        mode: `"min"` or `"max"`, what is best of it. Defaults to `"min"`.
        every_n_epochs: Integer. Defaults to `1`.

    Raises:
        ValueError: If an argument is none of the above.
        RuntimeError: Before training, if no run is active.

    Example:

    >>> run = wandb.init(project="digits")
    >>> checkpoint = WandbCheckpoint(monitor="val_loss")
    >>> model.fit(x, validation_data=(x_test,), callbacks=[checkpoint])
    >>> folder = run.use_artifact(f"run_{run.id}_model:best").download()
    >>> best = keras.models.load_model(f"{folder}/model.keras")
    """

    def __init__(self, monitor=None, mode="min", every_n_epochs=1):
        super().__init__()
        validation.check_positive_integer(every_n_epochs, "every_n_epochs")
        if mode not in ("min", "max"):
            raise ValueError(
                "Argument `mode` must be 'min' or 'max'. "
                f"Received: mode={mode!r}"
            )
        if monitor is not None:
            validation.check_string(monitor, "monitor")
        self.monitor = monitor
        self.mode = mode
        self.every_n_epochs = every_n_epochs
        self._warn_once = WarnOnce(self)

    def on_train_begin(self, logs=None):
        self._epoch = self._saved = None
        if backend.is_chief():
            self._run = active_run("WandbCheckpoint")

    def on_epoch_end(self, epoch, logs=None):
        self._epoch = epoch + 1
        if self._epoch % self.every_n_epochs == 0:
            self._save(logs)

    def on_train_end(self, logs=None):
        if self._saved != self._epoch:
            self._save(logs)

    def _save(self, logs):
        self._saved = self._epoch
        with (
            self._warn_once.on_failure("could not save the model"),
            tempfile.TemporaryDirectory() as folder,
        ):
            path = pathlib.Path(folder) / "model.keras"
            # All processes must, for a model that they share.
            self.model.save(path)
            if backend.is_chief():
                self._log(path, numbers(logs or {}))

    def _log(self, path, logs):
        artifact = wandb.Artifact(
            f"run_{self._run.id}_model",
            type="model",
            metadata={**logs, "epoch": self._epoch},
        )
        artifact.add_file(str(path))  # W&B has a copy of it from here on.
        aliases = ["latest", f"epoch_{self._epoch}"]
        with self._warn_once.on_failure("could not tell the best model"):
            if self.monitor is not None and self._is_best(logs):
                aliases.append("best")
        self._run.log_artifact(artifact, aliases=aliases)

    def _is_best(self, logs):
        if self.monitor not in logs:
            raise ValueError(
                f"Argument `monitor` must be one of the logs {sorted(logs)}. "
                f"Received: monitor={self.monitor!r}"
            )
        sign = 1 if self.mode == "min" else -1
        # In the summary, which a run that is resumed by its id remembers.
        summary, name = self._run.summary, f"best_{self.monitor}"
        best = summary.get(name)
        best = sign * math.inf if best is None else best
        is_best = sign * logs[self.monitor] < sign * best
        if is_best:
            summary[name] = logs[self.monitor]
        return is_best
