"""Metrics put to use on the images that a model makes."""

import keras
import numpy as np

from keras_generative import backend
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.validation import check_fit

BATCH_SIZE = 256


def compares_features(metric):
    """Whether a metric is one of features, and not of pixels."""
    return hasattr(metric, "update_features")


def needs_real(metric):
    """Whether a metric is to see real images."""
    has_reference = getattr(metric, "reference", None) is not None
    # An inception score gathers fakes alone.
    return not has_reference and getattr(metric, "real", True) is not None


def extract(metrics, images):
    """What the networks of metrics make of images, each run once.

    Returns:
        Dict of the `id` of a network, or of `None`, to features.
    """
    networks = {id(metric.features): metric.features for metric in metrics}
    return {key: _features(n, images) for key, n in networks.items()}


def _features(network, images):
    if network is None:
        return images
    if isinstance(network, keras.Model):
        return predict_in_batches(backend.Forward(network), images)
    return network(images)


def compare_features(metrics, real, fake):
    """The figures of metrics, of dicts of features from `extract`."""
    figures = {}
    for metric in metrics:
        network = id(metric.features)
        metric.reset_state()
        metric.update_features(
            real[network] if needs_real(metric) else None, fake[network]
        )
        figures.update(_figures(metric))
    return figures


def compare_pixels(metrics, real, reconstructions):
    """The figures of metrics, of images and what became of them."""
    figures = {}
    for metric in metrics:
        metric.reset_state()
        for start in range(0, len(real), BATCH_SIZE):
            part = slice(start, start + BATCH_SIZE)
            metric.update_state(real[part], reconstructions[part])
        figures.update(_figures(metric))
    return figures


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


def check_data(data, metrics):
    """Returns `data` as an array, or `None` where metrics need none."""
    if data is None and not any(needs_real(metric) for metric in metrics):
        return None
    images = np.asarray(data)
    if (
        images.ndim != 4
        or 0 in images.shape
        or "float" not in str(images.dtype)
    ):
        raise ValueError(
            "Argument `data` must be a non-empty float array of images of "
            "shape (num_images, height, width, channels), unless each metric "
            "has a `reference`. "
            f"Received: data of shape={images.shape}, dtype={images.dtype}"
        )
    return images


def check_model(model, metrics, data):
    """Raises a `ValueError` unless `model` makes what the metrics compare."""
    for metric in metrics:
        method = "generate" if compares_features(metric) else "reconstruct"
        if not callable(getattr(model, method, None)):
            raise ValueError(
                f"The metric '{metric.name}' needs a model with a method "
                f"`{method}`. Received: model={model!r}"
            )
    shape = getattr(model, "image_shape", None)
    if shape is not None and data is not None:
        check_fit(data.shape[1:], shape, "Images (height, width, channels)")
