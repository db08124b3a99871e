import math

import numpy as np

from keras_generative.utils.validation import check_string
from keras_generative.visualization import figures

MAX_COLUMNS = 3
# Logs that are read against each other, and what their curves are called.
TOGETHER = (
    {"discriminator_loss": "discriminator", "generator_loss": "generator"},
    {"real_score": "real", "fake_score": "fake"},
)


def plot_history(history):
    """How a training went: a panel for each log, over the epochs.

    The losses of discriminator and generator share a panel, and so do the
    scores of real and of fake samples. Validation is in the panel of its
    log. Values that are not finite are left out.

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
    panels = _panels(logs)
    columns = min(len(panels), MAX_COLUMNS)
    rows = math.ceil(len(panels) / columns)
    plot = figures.new_figure(4 * columns, 3 * rows)
    for index, (title, curves) in enumerate(panels.items()):
        axes = plot.add_subplot(rows, columns, index + 1, title=title)
        axes.set_xlabel("epoch")
        axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
        axes.locator_params(axis="x", integer=True)
        figures.tidy(axes)
        for name, style in curves.items():
            _draw(axes, epochs, logs[name], **style)
        if title not in curves and f"val_{title}" not in curves:
            # Up to four curves leave it no place of its own.
            bottom, top = axes.get_ylim()
            axes.set_ylim(bottom, top + 0.3 * (top - bottom))
            axes.legend(
                frameon=False, loc="upper center", ncols=2, handlelength=1.4
            )
        elif f"val_{title}" in logs:
            axes.legend(frameon=False)
    return figures.to_array(plot)


def _panels(logs):
    """Dict of title to the curves of a panel, a dict of log to its style."""
    names = dict.fromkeys(name.removeprefix("val_") for name in logs)
    panels = {}
    for name in sorted(names, key=lambda name: name != "loss"):
        title, curves = _panel_of(name, names)
        panels[title] = {key: curves[key] for key in curves if key in logs}
    return panels


def _panel_of(name, names):
    for labels in TOGETHER:
        if name in labels and labels.keys() <= names.keys():
            return ", ".join(labels), _curves_together(labels)
    return name, {
        name: {"color": "C0", "label": "training"},
        f"val_{name}": {"color": "C1", "label": "validation"},
    }


def _curves_together(labels):
    """A colour for each log, with its validation in dashes."""
    curves = {}
    # Not the colours of training and validation in the other panels.
    for color, (name, label) in zip(("C2", "C4"), labels.items()):
        dashed = {"color": color, "linestyle": "--"}
        curves[name] = {"color": color, "label": label}
        curves[f"val_{name}"] = {**dashed, "label": f"{label} (val)"}
    return curves


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
