import numpy as np

from keras_generative.visualization import figures


def plot_precision_recall(points, title=None):
    """Points of precision over recall, joined in their order.

    Args:
        points: Dict of label to a pair (precision, recall), each in [0, 1]:
            for models or epochs to compare, or for balls of several sizes.
        title: String. Defaults to `None`, no title.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If `points` is none of the above, or empty.

    Example:

    >>> points = {"epoch 1": (0.3, 0.1), "epoch 10": (0.7, 0.6)}
    >>> picture = plot_precision_recall(points)
    """
    try:
        pairs = np.array(list(points.values()))
        is_valid = pairs.shape[1:] == (2,) and pairs.dtype.kind in "iuf"
        is_valid = is_valid and ((0 <= pairs) & (pairs <= 1)).all()
    except (AttributeError, TypeError, ValueError):
        is_valid = False
    if not is_valid:
        raise ValueError(
            "Argument `points` must be a dict of label to a pair (precision, "
            f"recall) of numbers in [0, 1]. Received: points={points!r}"
        )
    plot = figures.new_figure(6.5, 5)
    axes = plot.add_subplot(title=title or "", xlabel="recall")
    axes.set(ylabel="precision", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    figures.tidy(axes)
    axes.plot(pairs[:, 1], pairs[:, 0], color="0.75", zorder=1)
    for number, (label, (precision, recall)) in enumerate(points.items()):
        axes.scatter(
            recall, precision, color=f"C{number}", label=str(label), zorder=2
        )
    # Within the axes it would hide the points of good models.
    plot.legend(loc="outside right center", frameon=False)
    return figures.to_array(plot)
