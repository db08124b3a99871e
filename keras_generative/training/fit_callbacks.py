import keras

from keras_generative.optimizers.optimizer_group import OptimizerGroup
from keras_generative.training.saving import check_model_file

# Callbacks that looked for a single optimizer before Keras 3.15, and what
# does the same for several.
_OF_ONE_OPTIMIZER = {
    keras.callbacks.LearningRateScheduler: "Give `compile` optimizers whose "
    "learning rate is a schedule of `keras.optimizers.schedules`.",
    keras.callbacks.ReduceLROnPlateau: "Give `compile` optimizers whose "
    "learning rate is a schedule of `keras.optimizers.schedules`.",
    keras.callbacks.SwapEMAWeights: "Of optimizers with `use_ema=True`, "
    "`generate(ema=True)` shows the averages, and `fit` ends with them.",
}


def check_optimizers_are_found(model, callbacks):
    """Raises a `ValueError` if a callback would not find several optimizers.

    It would pass over them without a word.

    Args:
        model: `GenerativeModel`.
        callbacks: What the user gave `fit`, or `None`.
    """
    version = tuple(int(part) for part in keras.__version__.split(".")[:2])
    if version >= (3, 15) or not isinstance(
        getattr(model, "optimizer", None), OptimizerGroup
    ):
        return
    for callback in _listed(callbacks):
        for kind, remedy in _OF_ONE_OPTIMIZER.items():
            if isinstance(callback, kind):
                raise ValueError(
                    f"`{kind.__name__}` finds the optimizers of a model that "
                    f"has several, as `{type(model).__name__}`, from Keras "
                    f"3.15 on. {remedy} Received: {callback!r} with Keras "
                    f"{keras.__version__}"
                )


def check_checkpoints(callbacks):
    """Raises a `ValueError` if a checkpoint could not be loaded again.

    Args:
        callbacks: What the user gave `fit`, or `None`.
    """
    for callback in _listed(callbacks):
        if isinstance(callback, keras.callbacks.ModelCheckpoint) and (
            not callback.save_weights_only
        ):
            check_model_file(callback.filepath)


def _listed(callbacks):
    callbacks = getattr(callbacks, "callbacks", callbacks)  # of a list of them
    return keras.tree.flatten(callbacks or [])


def log_writers_first(callbacks, data):
    """The callbacks of `fit`, those first that write what others read.

    A callback says with an attribute `writes_logs` that it adds to the logs
    of an epoch. Data with a method `set_epoch` are told which epoch begins.

    Args:
        callbacks: What the user gave `fit`, or `None`.
        data: What the user trains on.
    """
    if not isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = keras.tree.flatten(callbacks or [])
        for callback in callbacks:
            if not isinstance(callback, keras.callbacks.Callback):
                raise ValueError(
                    "Argument `callbacks` must hold objects of "
                    "`keras.callbacks.Callback`. "
                    f"Received: {callback!r} among them"
                )
        callbacks.sort(key=lambda c: not getattr(c, "writes_logs", False))
    if not hasattr(data, "set_epoch"):
        return callbacks
    setter = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: data.set_epoch(epoch)
    )
    return [*keras.tree.flatten(callbacks), setter]
