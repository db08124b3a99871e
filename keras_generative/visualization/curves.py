import math

import numpy as np

from keras_generative.utils.validation import check_string
from keras_generative.visualization import figures

MAX_COLUMNS = 3


def plot_history(history):
    """How a training went: a panel for each log, over the epochs.

    Validation is in the panel of its log. Values that are not finite are
    left out.

    Args:
        history: The `keras.callbacks.History` that `fit` returns, or its
            dict of name to list of values, one for each epoch. Validation
            may have fewer values, as `validation_freq` of `fit` makes it.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If it is none of the above, or holds no values.

    Example:

    >>> history = model.fit(x, epochs=10, validation_data=(x_test,))
    >>> picture = plot_history(history)
    """
    logs, epochs = _check_history(history)
    names = dict.fromkeys(name.removeprefix("val_") for name in logs)
    panels = sorted(names, key=lambda name: name != "loss")
    columns = min(len(panels), MAX_COLUMNS)
    rows = math.ceil(len(panels) / columns)
    plot = figures.new_figure(4 * columns, 3 * rows)
    for index, name in enumerate(panels):
        axes = plot.add_subplot(rows, columns, index + 1, title=name)
        axes.set_xlabel("epoch")
        axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
        axes.locator_params(axis="x", integer=True)
        figures.tidy(axes)
        curves = [("training", name), ("validation", f"val_{name}")]
        for color, (label, key) in zip(("C0", "C1"), curves):
            if key in logs:
                _draw(axes, epochs, logs[key], color=color, label=label)
        if f"val_{name}" in logs:
            axes.legend(frameon=False)
    return figures.to_array(plot)


def _draw(axes, epochs, values, **style):
    # Every n-th epoch, where there are fewer values than epochs.
    step = len(epochs) // len(values)
    epochs = epochs[step - 1 :: step][: len(values)]
    values = np.where(np.isfinite(values), values, np.nan)
    # A single point makes no line.
    marker = "o" if len(values) <= 20 else None
    axes.plot(epochs, values, marker=marker, markersize=3, **style)


def _check_history(history):
    """Returns the logs as arrays, and the epochs, counted from 1."""
    logs = getattr(history, "history", history)
    try:
        logs = {
            check_string(name, "history"): np.asarray(v, "float64")
            for name, v in logs.items()
        }
    except (AttributeError, TypeError, ValueError):
        logs = {}
    if not logs or any(v.ndim != 1 or v.size == 0 for v in logs.values()):
        raise ValueError(
            "Argument `history` must be what `fit` returns, or its dict of "
            "name to list of numbers, one for each epoch. "
            f"Received: history={history!r}"
        )
    num_epochs = max(len(values) for values in logs.values())
    # A run that was resumed did not begin with the first.
    epochs = getattr(history, "epoch", None) or range(num_epochs)
    return logs, np.asarray(epochs) + 1
