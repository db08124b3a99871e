import keras


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
