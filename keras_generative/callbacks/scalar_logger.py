import math

import keras

from keras_generative import backend
from keras_generative.callbacks import training_state
from keras_generative.utils import validation
from keras_generative.utils.warn_once import WarnOnce


class ScalarLogger(keras.callbacks.Callback):
    """Gathers what there is to log, each epoch and every n steps.

    That is every log of the model, after n steps as its mean over the epoch
    so far; `learning_rate`, and `gradient_norm` if the optimizer is an
    `optimizers.GradientNorm`; a VAE's `beta`; and `images_per_second` of
    training, which the first time includes compilation. Where there are
    several players, each has its own `learning_rate_generator` and
    `gradient_norm_generator`, by its name.

    A subclass overrides `begin` and `write`, which the chief process alone
    calls. What fails in them gives one warning, and training goes on.

    Args:
        every_n_steps: Integer, log after each n-th training step too.
            Defaults to `None`, at the end of each epoch alone.

    Raises:
        ValueError: If `every_n_steps` is no positive integer.
    """

    def __init__(self, every_n_steps=None):
        super().__init__()
        if every_n_steps is not None:
            validation.check_positive_integer(every_n_steps, "every_n_steps")
        self.every_n_steps = every_n_steps
        # Training steps and epochs, done once the running step has ended.
        self.position = {"step": 0, "epoch": 0}
        self._warn_once = WarnOnce(self)
        self._speedometer = training_state.Speedometer()
        self._in_epoch = False
        # Keras may leave `on_train_batch_end` to other threads, and need not
        # wait for the logs of each step.
        self.async_safe = True

    def begin(self, model):
        """Called by each `fit`, when earlier training has been restored."""

    def last_step(self):
        """Where a model that is new to training goes on."""
        return self.position["step"]

    def write(self, scalars, position):
        """Logs a dict of floats, at a dict of `step` and `epoch`."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must override `write`"
        )

    def on_train_begin(self, logs=None):
        self._has_begun = False

    def on_epoch_begin(self, epoch, logs=None):
        # Unknown for a generator, and in a train loop of one's own.
        steps_per_epoch = (self.params or {}).get("steps")
        if not self._has_begun:
            # Not earlier: another callback may have restored the model.
            self._has_begun = True
            self._begin(self.model, epoch * (steps_per_epoch or 0))
        self._first_step = self._steps
        self._last_step = self._first_step + (steps_per_epoch or math.inf)
        self._epoch = self.position["epoch"] = epoch
        self._in_epoch = True
        self._ended = [0]
        self._speed = {}
        self._speedometer.restart()

    # Before a step the model is at rest, whose state is on its way after one:
    # here the steps that are done are looked at, and only when that is due.
    def on_train_batch_begin(self, batch, logs=None):
        n = self.every_n_steps
        if n and batch and self._steps // n > self._logged // n:
            with self._warn_once.on_failure("could not log"):
                model = self.model
                logs = self._speedometer.read(model)
                self._log(model, {**model.get_metrics_result(), **logs})
        end = self._first_step + batch + self._steps_per_execution
        self._move_to(min(end, self._last_step))
        is_last = self._steps == self._last_step
        self.position["epoch"] = self._epoch + is_last

    def on_train_batch_end(self, batch, logs=None):
        self._ended.append(batch + 1)

    def on_test_begin(self, logs=None):
        # Validation makes the metrics forget the epoch.
        self._end_epoch()

    def on_epoch_end(self, epoch, logs=None):
        self._end_epoch()
        # Data of unknown length may have ended where a step was to begin.
        end = self._first_step + max(self._ended)
        self._move_to(min(end, self._last_step))
        self.position["epoch"] = epoch + 1
        with self._warn_once.on_failure("could not log"):
            self._log(self.model, {**(logs or {}), **self._speed})

    def _begin(self, model, earlier_steps):
        self._steps_per_execution = getattr(model, "steps_per_execution", 1)
        steps = max(earlier_steps, training_state.steps_done(model))
        self._logged = steps
        self._offset = 0
        if backend.is_chief():
            with self._warn_once.on_failure("could not log"):
                self._offset = 0 if steps else self.last_step()
                self._move_to(steps)
                self.begin(model)
        self._move_to(steps)

    def _move_to(self, steps):
        self._steps = steps
        self.position["step"] = self._offset + steps

    def _end_epoch(self):
        if self._in_epoch:
            self._in_epoch = False
            with self._warn_once.on_failure("could not log"):
                self._speed = self._speedometer.read(self.model)

    def _log(self, model, logs):
        self._logged = self._steps
        # All processes read, since some values are spread over all of them.
        scalars = training_state.training_state(model)
        scalars.update(training_state.numbers(logs))
        if backend.is_chief():
            self.write(scalars, dict(self.position))
