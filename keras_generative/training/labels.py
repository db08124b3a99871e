"""Labels: what the networks of a model take, and who is given them."""

import typing
import warnings

import keras
import numpy as np
from keras import ops

from keras_generative.utils.batches import shape_of
from keras_generative.utils.networks import label_input
from keras_generative.utils.validation import as_array

# Layers that know how many classes there are.
_CLASS_COUNTS = {
    keras.layers.CategoryEncoding: "num_tokens",
    keras.layers.Embedding: "input_dim",
}


class LabelSpec(typing.NamedTuple):
    """What one label of a model is.

    Args:
        shape: Tuple, `()` for integer classes and `(n,)` for vectors.
        num_classes: Integer, or `None` where it is not known.
    """

    shape: tuple
    num_classes: int | None
    lowest = 0  # What the first class is called.


class PartlyLabelled(LabelSpec):
    """What a label is where -1 stands for a class that is not known."""

    lowest = -1


class IgnoredLabels:
    """Says once that the labels of data are ignored."""

    def __init__(self):
        self._is_said = False

    def note(self, model):
        if not self._is_said:
            self._is_said = True
            warnings.warn(
                f"The networks of `{model.name}` take no labels, and those "
                "that came with the data are ignored.",
                stacklevel=2,
            )


def label_spec(position=1, **networks):
    """The `LabelSpec` of the networks that take labels, or `None`.

    Args:
        position: Integer, how many inputs come before labels. Defaults to
            `1`, samples alone.
        **networks: By name, `keras.Model`s of these inputs, or of these and
            labels.

    Raises:
        ValueError: If networks take labels of different kinds.
    """
    inputs = {n: label_input(x, position) for n, x in networks.items()}
    shapes = {n: tuple(x.shape[1:]) for n, x in inputs.items() if x is not None}
    if not shapes:
        return None
    if len(set(shapes.values())) > 1 or len(max(shapes.values(), key=len)) > 1:
        raise ValueError(
            "Networks that take labels, as their last input, must take the "
            "same: integer classes of shape (batch,), or vectors of shape "
            f"(batch, n). Received: labels of shapes {shapes}"
        )
    counts = [
        count
        for name, network in networks.items()
        for count in _class_counts(network, inputs[name])
    ]
    shape = next(iter(shapes.values()))
    return LabelSpec(shape, None if shape else min(counts, default=None))


def _class_counts(network, labels):
    """How many classes each layer knows that the labels go into."""
    for layer in [] if labels is None else network.layers:
        attribute = _CLASS_COUNTS.get(type(layer))
        if attribute is not None and layer.input is labels:
            yield getattr(layer, attribute)


def conditioned(network, x, labels, training=None):
    """Calls a network, with labels if it takes them.

    Args:
        network: `keras.Model` of one input, or of samples and labels.
        x: Tensor of shape (batch, ...).
        labels: Tensor of shape (batch,) or (batch, n), or `None`.
        training: Boolean.
    """
    if label_input(network) is None:
        return network(x, training=training)
    return network([x, labels], training=training)


def as_labels(labels, spec):
    """The labels of a batch, in the shape that networks take."""
    labels = ops.convert_to_tensor(labels)
    sizes = (shape_of(labels) or (None,))[1:]  # None of a `tf.numpy_function`
    if None not in sizes and sizes not in (spec.shape, (*spec.shape, 1)):
        raise ValueError(
            f"Labels must be {_wanted(spec)}. "
            f"Received: a batch of labels of shape {sizes} each"
        )
    return ops.reshape(labels, (-1, *spec.shape))


def labels_for(model, num_samples, labels):
    """One label for each sample, or `None` for networks that take none.

    Args:
        model: `GenerativeModel`.
        num_samples: Integer.
        labels: One label for all, one for each, or `None`.
    """
    spec = model.label_spec
    if spec is None:
        if labels is not None:
            raise ValueError(
                f"The networks of `{model.name}` take no labels. "
                f"Received: labels={labels!r}"
            )
        return None
    if isinstance(labels, (list, tuple)):
        labels = as_array(labels, "labels")
    if labels is not None and np.ndim(labels) == len(spec.shape):
        labels = np.repeat(np.asarray(labels)[None], num_samples, axis=0)
    return check_labels(labels, spec, num_samples)


def check_labels(labels, spec, num_samples=None):
    """Labels as an array, or a `ValueError` if they are not those of `spec`.

    Args:
        labels: Array-like of shape (num_samples,), (num_samples, 1) or
            (num_samples, n).
        spec: `LabelSpec`.
        num_samples: Integer, how many there must be, or `None` for any.
    """
    if labels is None:
        raise ValueError(
            f"The networks take labels, {_wanted(spec)}. Pass them along with "
            "the data, as `fit(x, y)`. Received: labels=None"
        )
    array = ops.convert_to_numpy(labels)
    is_column = array.ndim == 2 and array.shape[1] == 1
    if not spec.shape and is_column:
        array = array[:, 0]
    if array.dtype.kind not in "iufb" or array.shape[1:] != spec.shape:
        hint = ""
        if not spec.shape and array.ndim == 2:
            hint = " One-hot labels become classes by `y.argmax(axis=-1)`."
        elif spec.shape and array.ndim == 1:
            hint = " Classes become vectors by `keras.utils.to_categorical`."
        raise ValueError(
            f"Labels must be {_wanted(spec)}.{hint} Received: labels of "
            f"shape={array.shape}, dtype={array.dtype}"
        )
    if num_samples is not None:
        check_one_each(num_samples, len(array), "label")
    if not np.isfinite(array).all():
        raise ValueError(
            "Labels must be finite. Received: labels with NaN or infinity"
        )
    if not spec.shape and array.size:
        _check_classes(array, spec)
    return array


def check_one_each(num_samples, count, name):
    """Raises a `ValueError` unless each sample has one of what comes along."""
    if count != num_samples:
        raise ValueError(
            f"There must be one {name} for each sample. "
            f"Received: {count} {name}s for {num_samples} samples"
        )


def _check_classes(array, spec):
    maximum = np.inf if spec.num_classes is None else spec.num_classes - 1
    if (
        array.min() < spec.lowest
        or array.max() > maximum
        or (array != np.round(array)).any()
    ):
        allowed = f"integers from {spec.lowest}"
        if spec.num_classes is not None:
            allowed += f" to {maximum}, as there are {maximum + 1} classes"
        raise ValueError(
            f"Labels must be {allowed}. "
            f"Received: labels from {array.min()} to {array.max()}"
        )


def _wanted(spec):
    if spec.shape:
        return f"vectors of shape (batch, {spec.shape[0]})"
    return "integer classes of shape (batch,)"
