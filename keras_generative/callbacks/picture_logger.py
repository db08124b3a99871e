import keras

from keras_generative import backend
from keras_generative.utils import validation
from keras_generative.utils.warn_once import WarnOnce
from keras_generative.writers import DiskWriter
from keras_generative.writers import NotebookWriter
from keras_generative.writers import default_writers


class PictureLogger(keras.callbacks.Callback):
    """Decides when to draw, and hands the pictures to writers.

    A subclass overrides `draw`. A picture that cannot be made or written
    gives one warning, and training goes on. Where several processes train
    together, all draw and the chief alone writes.

    Args:
        every_n_epochs: Integer, draw at the end of each n-th epoch. Defaults
            to `1`, unless `every_n_steps` is given.
        every_n_steps: Integer, draw after each n-th training step instead.
            With `steps_per_execution` above 1, at the end of the execution
            in which that step falls.
        writers: List of objects with `write(name, image, step)`, where `step`
            is the number of epochs or of steps done. Defaults to
            `writers.default_writers()`, asked anew by each `fit` and shared
            by its callbacks. Outside of a notebook, and unless `verbose=0`,
            a line says where pictures go.

    Raises:
        ValueError: If both schedules are given, or an argument is none of
            the above.

    Example:

    >>> class FilterLogger(PictureLogger):
    ...     def draw(self, model):
    ...         kernel = keras.ops.convert_to_numpy(model.layers[0].kernel)
    ...         filters = kernel.transpose(3, 0, 1, 2)
    ...         return {"filters": image_grid(filters, value_range=(-1, 1))}
    """

    def __init__(self, every_n_epochs=None, every_n_steps=None, writers=None):
        super().__init__()
        if every_n_epochs is not None and every_n_steps is not None:
            raise ValueError(
                "Only one of the arguments `every_n_epochs` and "
                "`every_n_steps` may be given. "
                f"Received: every_n_epochs={every_n_epochs!r}, "
                f"every_n_steps={every_n_steps!r}"
            )
        if every_n_steps is None:
            every_n_epochs = 1 if every_n_epochs is None else every_n_epochs
            validation.check_positive_integer(every_n_epochs, "every_n_epochs")
        else:
            validation.check_positive_integer(every_n_steps, "every_n_steps")
        self.every_n_epochs = every_n_epochs
        self.every_n_steps = every_n_steps
        self.writers = _check_writers(writers)
        # Keras may then leave `on_train_batch_end` to another thread, and
        # need not wait for the step.
        self.async_safe = every_n_steps is None
        self._steps = 0
        self._steps_before_epoch = 0
        self._warn_once = WarnOnce(self)

    def draw(self, model):
        """Returns a dict of name to uint8 array of shape (h, w, 3)."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must override `draw`"
        )

    def on_train_begin(self, logs=None):
        self._active_writers = (
            _of_this_fit.writers(self.params)
            if self.writers is None
            else self.writers
        )

    def on_epoch_begin(self, epoch, logs=None):
        # A resumed run goes on counting where the earlier epochs ended.
        earlier = epoch * (self._steps_per_epoch() or 0)
        self._steps = max(self._steps, earlier)
        self._steps_before_epoch = self._steps

    def on_train_batch_end(self, batch, logs=None):
        if self.every_n_steps is None:
            return
        # Keras names the last batch of a whole execution, even where the
        # epoch ends within it.
        steps = min(batch + 1, self._steps_per_epoch() or batch + 1)
        earlier = self._steps // self.every_n_steps
        self._steps = self._steps_before_epoch + steps
        if self._steps // self.every_n_steps > earlier:
            self._log(self._steps)

    def on_epoch_end(self, epoch, logs=None):
        if self.every_n_epochs and (epoch + 1) % self.every_n_epochs == 0:
            self._log(epoch + 1)

    def _steps_per_epoch(self):
        # Unknown for a generator, and in a train loop of one's own.
        return (self.params or {}).get("steps")

    def _log(self, step):
        pictures = {}
        with self._warn_once.on_failure("could not draw"):
            # `self.model` is asked for only here: on JAX that brings the
            # state back from the running train loop.
            pictures = self.draw(self.model)
        # All processes draw, because networks that they share can only run
        # on all of them together.
        if not backend.is_chief():
            return
        for position, writer in enumerate(self._active_writers):
            action = f"could not write with `{type(writer).__name__}`"
            with self._warn_once.on_failure(action, source=position):
                for name, image in pictures.items():
                    writer.write(name, image, step)


class _DefaultWriters:
    """The default writers of a `fit`, which all of its callbacks share."""

    def __init__(self):
        self._params = self._writers = None

    def writers(self, params):
        """Those of the `fit` whose callbacks Keras has given `params`."""
        # Each `fit` has a dict of its own. Other train loops may have none.
        if params is None or params is not self._params:
            self._params, self._writers = params, default_writers()
            if params and params.get("verbose") and backend.is_chief():
                _say_where_pictures_go(self._writers)
        return self._writers


_of_this_fit = _DefaultWriters()


def _say_where_pictures_go(writers):
    # In a notebook they are seen.
    if not any(isinstance(writer, NotebookWriter) for writer in writers):
        for writer in writers:
            if isinstance(writer, DiskWriter):
                print(f"Pictures go to '{writer.directory.resolve()}'.")


def _check_writers(writers):
    if writers is None:
        return None
    if not isinstance(writers, (list, tuple)) or not all(
        callable(getattr(writer, "write", None))
        and not isinstance(writer, type)
        for writer in writers
    ):
        raise ValueError(
            "Argument `writers` must be a list of objects with a method "
            f"`write(name, image, step)`. Received: writers={writers!r}"
        )
    return list(writers)
