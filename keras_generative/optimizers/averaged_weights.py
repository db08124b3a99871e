import contextlib

from keras import ops

from keras_generative.utils.optimizers import innermost


@contextlib.contextmanager
def averaged_weights(optimizer, variables):
    """Lets variables hold their moving averages within the context.

    Args:
        optimizer: The `keras.optimizers.Optimizer` that trains them, made with
            `use_ema=True`; alone or within another.
        variables: List of the variables it was built with. Before its first
            step they are their own average.

    Raises:
        ValueError: If the optimizer keeps no averages.

    Example:

    >>> with averaged_weights(model.optimizer, model.trainable_variables):
    ...     images = model.decode(z)
    """
    inner = innermost(optimizer)
    if not getattr(inner, "use_ema", False):
        raise ValueError(
            "Averages of the weights are kept by an optimizer that is made "
            "with `use_ema=True`, as in `keras.optimizers.Adam(use_ema=True)`. "
            f"Received: optimizer={optimizer!r}"
        )
    values = [ops.convert_to_numpy(variable) for variable in variables]
    if int(inner.iterations) > 0:
        optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, value in zip(variables, values):
            variable.assign(value)
