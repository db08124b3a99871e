"""What a callback has to know of the model it is given.

Models say it with attributes, which a model of a user's own may lack.
"""

import math

import numpy as np

from keras_generative.utils import validation


def value_range(model):
    """The pair (low, high) that bounds what a model makes, or `None`."""
    return getattr(model, "value_range", None)


def sample_shape(model):
    """The shape of one sample of a model, or `None` where it is unknown."""
    return getattr(model, "sample_shape", None)


def label_spec(model):
    """The `shape` and `num_classes` of one label, `None` without labels."""
    return getattr(model, "label_spec", None)


def directions(model):
    """The ways that a model translates between two domains, or none."""
    return getattr(model, "directions", ())


def check_method(model, method, owner):
    """Raises a `ValueError` unless a model has what a callback asks of it."""
    if not callable(getattr(model, method, None)):
        raise ValueError(
            f"`{_name(owner)}` needs a model with a method `{method}`. "
            f"Received: model={model!r} of type {type(model).__name__}"
        )


def check_takes(model, samples, owner):
    """Raises a `ValueError` unless samples have the shape of a model's."""
    shape = sample_shape(model)
    if shape is not None:
        validation.check_fit(
            samples.shape[1:], shape, f"What `{_name(owner)}` is given"
        )


def check_makes_pictures(model, owner):
    """Raises a `ValueError` if the samples of a model cannot be drawn."""
    shape = sample_shape(model)
    if shape is not None and (len(shape) != 3 or shape[2] not in (1, 3, None)):
        raise ValueError(
            f"`{_name(owner)}` draws images of shape (height, width, "
            "channels) with 1 or 3 channels, and this model makes none. "
            f"Received: a model with samples of shape {tuple(shape)}"
        )


def check_number_of_labels(labels, count=None):
    """Returns `labels` as an array of `count` rows or `None`, or raises."""
    if labels is None:
        return None
    labels = validation.as_array(labels, "labels")
    if (
        labels.size == 0
        or labels.ndim == 0
        or len(labels) != (len(labels) if count is None else count)
    ):
        images = "" if count is None else f" for {count} images"
        raise ValueError(
            "Argument `labels` must be an array with a label for each image. "
            f"Received: labels of shape={labels.shape}{images}"
        )
    return labels


def label_arguments(model, labels, owner):
    """Dict of the argument `labels`, as the methods of a model take it.

    Args:
        model: Any model.
        labels: Array with a row for each sample, or `None`.
        owner: The callback that asks.

    Returns:
        Dict, empty for a model that takes no labels.

    Raises:
        ValueError: If the labels do not fit the model.
    """
    spec = label_spec(model)
    if spec is None:
        return {}
    if labels is None:
        raise ValueError(
            f"`{_name(owner)}` needs the argument `labels`, since this model "
            "takes labels. Received: labels=None"
        )
    labels = np.asarray(labels)
    shape = tuple(spec.shape)
    if shape == () and labels.shape == (len(labels), 1):
        labels = labels[:, 0]
    kinds = "iub" if shape == () else "iubf"
    most = math.inf if spec.num_classes is None else spec.num_classes
    if (
        labels.shape[1:] != shape
        or labels.dtype.kind not in kinds
        or (shape == () and (labels.min() < 0 or labels.max() >= most))
    ):
        raise ValueError(
            f"`{_name(owner)}` needs the `labels` that this model takes: "
            f"{_described(shape, spec.num_classes)}. Received: labels of "
            f"shape={labels.shape}, dtype={labels.dtype}" + _extremes(labels)
        )
    return {"labels": labels.astype("int32" if shape == () else "float32")}


def labels_of_all_classes(model, count):
    """Labels of up to `count` samples, as many of each class.

    Returns:
        Array, or `None` if the model does not know how many classes it has.
    """
    num_classes = getattr(label_spec(model), "num_classes", None)
    if num_classes is None:
        return None
    each = max(1, count // num_classes)
    return np.repeat(np.arange(min(num_classes, count)), each)


def check_class_names(model, names, owner):
    """Raises a `ValueError` unless there is a name for each class."""
    num_classes = getattr(label_spec(model), "num_classes", None)
    if isinstance(names, str) or np.shape(names) != (num_classes,):
        raise ValueError(
            f"`{_name(owner)}` needs as many `class_names` as the model has "
            f"classes, here {num_classes or 'none'}. "
            f"Received: class_names={names!r}"
        )


def labels_or_all(model, labels, count):
    """The labels, or without any all classes in turn, if a model has them."""
    num_classes = getattr(label_spec(model), "num_classes", None)
    if labels is None and num_classes is not None:
        return np.arange(count) % num_classes
    return labels


def _name(owner):
    return type(owner).__name__


def _described(shape, num_classes):
    if shape:
        return f"numbers of shape (num_images, {', '.join(map(str, shape))})"
    upper = "" if num_classes is None else f" to {num_classes - 1}"
    return f"integers from 0{upper}, of shape (num_images,)"


def _extremes(labels):
    if labels.dtype.kind not in "iuf" or labels.size == 0:
        return ""
    return f", from {labels.min()} to {labels.max()}"
