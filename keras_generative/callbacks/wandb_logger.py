from keras_generative import backend
from keras_generative.callbacks.description import describe
from keras_generative.callbacks.scalar_logger import ScalarLogger
from keras_generative.callbacks.training_state import images_seen
from keras_generative.writers import wandb_writer


class WandbLogger(ScalarLogger):
    """Logs all there is of a training to the active Weights & Biases run.

    Every log of the model, validation beside training, and what
    `ScalarLogger` adds: learning rates, gradient norms, beta, images per
    second. All of it is shown over `step`, the training steps that the model
    has taken, with `epoch` beside it; so are the pictures of other callbacks,
    without any argument, and what is logged by hand. A model that was
    restored goes on at its step, in a run that was resumed as in a new one.

    The run's config holds, under `keras`, the model with its networks, the
    arguments of `compile`, the batch size, epochs and steps per epoch,
    parameter counts, the seed, the backend and the versions of the packages.

    It works offline, with W&B disabled, in sweeps, and on every backend
    without TensorFlow. W&B sends from a process of its own, for which
    training does not wait. What it refuses gives one warning, and training
    goes on. Where several processes train together, only the chief needs a
    run.

    Args:
        every_n_steps: See `ScalarLogger`.

    Raises:
        ValueError: If `every_n_steps` is no positive integer.
        RuntimeError: Before training, if no run is active.

    Example:

    >>> wandb.init(project="digits")
    >>> samples = SampleGridLogger()
    >>> model.fit(
    ...     x_train,
    ...     validation_data=(x_test,),
    ...     callbacks=[WandbLogger(every_n_steps=50), samples],
    ... )
    """

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self._config = {}
        if backend.is_chief():
            self._run = wandb_writer.active_run("WandbLogger")

    def on_train_batch_begin(self, batch, logs=None):
        if batch and "batch_size" not in self._config:
            with self._warn_once.on_failure("could not log"):
                self._log_batch_size(batch)
        super().on_train_batch_begin(batch, logs)

    def last_step(self):
        return self._run.summary.get("step") or 0

    def begin(self, model):
        wandb_writer.positions[self._run.id] = self.position
        self._run.define_metric("step")
        self._run.define_metric("*", step_metric="step")
        self._update_config(describe(model, self.params))

    def write(self, scalars, position):
        self._run.log({**scalars, **position})

    def _log_batch_size(self, steps):
        # `fit` does not tell. The first steps are of whole batches.
        self._config["batch_size"] = None
        images = images_seen(self.model)
        if images and backend.is_chief():
            self._update_config({"batch_size": images // steps})

    def _update_config(self, config):
        self._config.update(config)
        # Under one key, out of the way of what a user or a sweep has set.
        self._run.config.update({"keras": self._config}, allow_val_change=True)
