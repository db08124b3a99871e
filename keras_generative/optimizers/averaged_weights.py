import contextlib

import keras
from keras import ops

from keras_generative.utils.optimizers import innermost


@contextlib.contextmanager
def averaged_weights(optimizer, variables):
    """Lets variables read as their moving averages within the context.

    The variables themselves stay as they are, and other threads see nothing
    of it: what is assigned within is gone at its end.

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
    state = []
    if int(inner.iterations) > 0:
        # Keras writes averages over variables: over these, which are no one's.
        averages = [
            keras.Variable(ops.copy(v), trainable=False, dtype=v.dtype)
            for v in variables
        ]
        inner.finalize_variable_values(averages)
        state = [(v, ops.copy(mean)) for v, mean in zip(variables, averages)]
    with keras.StatelessScope(state):
        yield
