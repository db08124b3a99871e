"""Labels of any kind, as colours and what explains them."""

import numpy as np

from keras_generative.utils import LazyModule
from keras_generative.utils.validation import as_array

matplotlib = LazyModule("matplotlib", pip_name="matplotlib")
colors = LazyModule("matplotlib.colors", pip_name="matplotlib")
cm = LazyModule("matplotlib.cm", pip_name="matplotlib")

MOST_CLASSES = 20  # That colours can tell apart.


class Classes:
    """A colour for each class, and a legend of their names.

    Args:
        index: Integers of shape (n,), the class of each point.
        names: List of strings, in the order of the index. One class without
            a name needs no legend.
    """

    def __init__(self, index, names):
        self.lanes = index
        self.names = names
        self.is_finite = np.ones(len(index), bool)

    def palette(self):
        name = "tab10" if len(self.names) <= 10 else "tab20"
        return matplotlib.colormaps[name](np.arange(len(self.names)))[:, :3]

    def colors(self):
        return self.palette()[self.lanes]

    def explain(self, plot, axes):
        if self.names == [None]:
            return
        for color, name in zip(self.palette(), self.names):
            axes.scatter([], [], color=color, s=40, label=name)
        plot.legend(loc="outside right center", frameon=False)


class Scale:
    """A colour scale from the smallest to the largest of many numbers.

    Args:
        values: Floats of shape (n,). Points without a finite one are left
            out.
    """

    def __init__(self, values):
        self.values = values
        self.lanes = np.zeros(len(values), int)
        self.is_finite = np.isfinite(values)

    def mappable(self):
        finite = self.values[self.is_finite]
        bounds = (finite.min(), finite.max()) if finite.size else (0, 1)
        return cm.ScalarMappable(colors.Normalize(*bounds), "viridis")

    def colors(self):
        return self.mappable().to_rgba(self.values)[:, :3]

    def explain(self, plot, axes):
        plot.colorbar(self.mappable(), ax=axes)


def read_labels(labels, num_images):
    """Returns `Classes` or a `Scale` for labels, or raises.

    Args:
        labels: `None`, or an array of shape (num_images,) or (num_images, 1)
            of integers, strings or floats, or of shape (num_images, n), one
            of whose columns is 1 in each row and the others 0.
        num_images: Integer.

    Raises:
        ValueError: If they are none of that, or strings of too many classes.
    """
    if labels is None:
        return Classes(np.zeros(num_images, int), [None])
    labels = as_array(labels, "labels")
    if is_one_hot(labels):
        labels = labels.argmax(axis=1)
    if labels.dtype.kind == "O" and all(
        isinstance(label, str) for label in labels.ravel()
    ):
        labels = labels.astype(str)
    if labels.shape not in ((num_images,), (num_images, 1)) or (
        labels.dtype.kind not in "iubfUS"
    ):
        raise ValueError(
            "Argument `labels` must be integers, strings or floats of shape "
            "(num_images,) or (num_images, 1), or one-hot of shape "
            f"(num_images, num_classes), here num_images={num_images}. "
            f"Received: labels of shape={labels.shape}, dtype={labels.dtype}"
        )
    return _of_vector(labels.ravel())


def is_one_hot(labels):
    """Whether each row of a matrix is 1 in one column, and 0 in the others."""
    return (
        labels.ndim == 2
        and labels.shape[1] > 1
        and labels.dtype.kind in "iubf"
        and bool(np.isin(labels, (0, 1)).all())
        and bool((labels.sum(axis=1) == 1).all())
    )


def _of_vector(labels):
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    whole = labels.dtype.kind != "f" or (
        np.isfinite(labels).all() and (labels == np.round(labels)).all()
    )
    classes, index = np.unique(labels, return_inverse=True)
    if whole and len(classes) <= MOST_CLASSES:
        if labels.dtype.kind == "f":
            classes = classes.astype("int64")
        return Classes(index, [str(name) for name in classes])
    if labels.dtype.kind == "U":
        raise ValueError(
            f"Argument `labels` may name up to {MOST_CLASSES} classes, as no "
            f"more colours can be told apart. Received: {len(classes)} classes"
        )
    return Scale(labels.astype("float64"))
