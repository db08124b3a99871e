"""Metrics put to use on the images that a model makes."""

import keras
import numpy as np

from keras_generative import backend
from keras_generative.callbacks import model_facts
from keras_generative.utils.batches import check_is_data
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.samples import gather
from keras_generative.utils.validation import check_fit
from keras_generative.utils.value_range import rescale

BATCH_SIZE = 256
UNIT = (0.0, 1.0)


def compares_features(metric):
    """Whether a metric is one of features, and not of pixels."""
    return hasattr(metric, "update_features")


def needs_real(metric):
    """Whether a metric is to see real images."""
    has_reference = getattr(metric, "reference", None) is not None
    # An inception score gathers fakes alone.
    return not has_reference and getattr(metric, "real", True) is not None


def extract(metrics, images, value_range):
    """What the networks of metrics make of images, each run once.

    Args:
        metrics: List of metrics of features.
        images: Float array.
        value_range: Pair of numbers, the range of the images, or `None`. Each
            network gets them in its own; pixels are compared in [0, 1].

    Returns:
        Dict of the `id` of a network, or of `None`, to features.
    """
    networks = {id(metric.features): metric.features for metric in metrics}
    return {
        key: _features(network, images, value_range)
        for key, network in networks.items()
    }


def _features(network, images, value_range):
    if network is None:
        return rescale(images, value_range, UNIT)
    # Others than a `FeatureNetwork` take images as they are.
    own_range = getattr(network, "value_range", None)
    images = rescale(images, value_range, own_range)
    if isinstance(network, keras.Model):
        return predict_in_batches(backend.Forward(network), images)
    return network(images)


def compare_features(metrics, real, fake):
    """The figures of metrics, of dicts of features from `extract`."""
    figures = {}
    for metric in metrics:
        network = id(metric.features)
        metric.reset_state()
        if needs_real(metric):
            for part in _parts(real[network]):
                metric.update_features(part, None)
        for part in _parts(fake[network]):
            metric.update_features(None, part)
        figures.update(_figures(metric))
    return figures


def compare_pixels(metrics, real, reconstructions, value_range):
    """The figures of metrics, of images and what became of them."""
    figures = {}
    for metric in metrics:
        # Only a metric that was told no range takes that of the model.
        told = getattr(metric, "value_range", UNIT) is not None
        own_range = value_range if told else UNIT
        metric.reset_state()
        for parts in zip(_parts(real), _parts(reconstructions)):
            metric.update_state(
                *(rescale(part, value_range, own_range) for part in parts)
            )
        figures.update(_figures(metric))
    return figures


def _parts(array):
    for start in range(0, len(array), BATCH_SIZE):
        yield array[start : start + BATCH_SIZE]


def _figures(metric):
    """What a metric says, under names that begin with its own."""
    result = metric.result()
    if not isinstance(result, dict):
        result = {metric.name: result}
    return {
        key if key.startswith(metric.name) else f"{metric.name}_{key}": float(
            keras.ops.convert_to_numpy(value)
        )
        for key, value in result.items()
    }


def check_metrics(metrics):
    """Returns `metrics` as a list, or raises a `ValueError`."""
    if (
        not isinstance(metrics, (list, tuple))
        or not metrics
        or not all(isinstance(m, keras.metrics.Metric) for m in metrics)
    ):
        raise ValueError(
            "Argument `metrics` must be a list of one or more "
            f"`keras.metrics.Metric`s. Received: metrics={metrics!r}"
        )
    names = [metric.name for metric in metrics]
    if len(set(names)) < len(names):
        raise ValueError(
            "Metrics must have different names, as their figures go by them. "
            f"Received: metrics named {names}"
        )
    return list(metrics)


def check_data(data, metrics, num_images):
    """Returns `data` as `(images, labels)`, each an array or `None`.

    Of a data set the first `num_images` are taken.
    """
    if data is None and not any(needs_real(metric) for metric in metrics):
        return None, None
    is_array = isinstance(data, (tuple, list)) or hasattr(data, "shape")
    if data is not None and not isinstance(data, (str, dict)):
        check_is_data(data)
    if data is None or isinstance(data, (str, dict)):
        images, labels = np.asarray(data), None
    else:
        images, labels = gather(data, None if is_array else num_images)
    if images.ndim < 2 or 0 in images.shape or "float" not in str(images.dtype):
        raise ValueError(
            "Argument `data` must be a non-empty float array of images of "
            "shape (num_images, height, width, channels), or a data set of "
            "such, unless each metric has a `reference`. "
            f"Received: data of shape={images.shape}, dtype={images.dtype}"
        )
    if not np.isfinite([float(images.min()), float(images.max())]).all():
        raise ValueError(
            "Argument `data` must be finite. "
            "Received: data with NaN or infinity"
        )
    return images, labels


def check_model(model, metrics, data, labels):
    """Raises a `ValueError` unless `model` makes what the metrics compare."""
    for metric in metrics:
        method = "generate" if compares_features(metric) else "reconstruct"
        if not callable(getattr(model, method, None)):
            raise ValueError(
                f"The metric '{metric.name}' needs a model with a method "
                f"`{method}`. Received: model={model!r}"
            )
    shape = model_facts.sample_shape(model)
    if shape is not None and data is not None:
        check_fit(data.shape[1:], shape, "Images (height, width, channels)")
    if model_facts.label_spec(model) is not None and labels is None:
        raise ValueError(
            "A model that takes labels is evaluated with labels. Pass "
            "`labels=` beside `data`, or data that hold them. "
            f"Received: labels=None, model={model!r}"
        )


def labels_for(model, labels, count):
    """Arguments of the model's methods: `count` labels, if it takes any.

    They are repeated where there are fewer.
    """
    if model_facts.label_spec(model) is None:
        return {}
    return {"labels": labels[np.arange(count) % len(labels)]}
