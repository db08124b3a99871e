"""What is said of data before the first step."""

import warnings

import numpy as np
from keras import ops

from keras_generative.utils.batches import check_samples
from keras_generative.utils.batches import first_batch
from keras_generative.utils.batches import shape_of
from keras_generative.utils.batches import split_batch
from keras_generative.utils.samples import gather

# How far values may lie outside of a range by rounding, as a share of it.
_ROUNDING = 1e-3


def check_data(model, data, labels=None):
    """Raises a `ValueError` if a model cannot be trained on data.

    Args:
        model: `GenerativeModel`.
        data: What `fit` was given as `x`, or the first batch of it.
        labels: What it was given as `y`.
    """
    batch = first_batch(data)
    if batch is None:
        return
    if isinstance(batch, (tuple, list, dict)):
        x, y, sample_weight = split_batch(batch)
        check_no_weights(model, sample_weight=sample_weight)
        labels = y if labels is None else labels
    else:
        x = batch
    if shape_of(x) is None or getattr(x, "dtype", None) is None:
        return
    check_samples(shape_of(x)[1:], x.dtype, model.sample_shape)
    if shape_of(x)[0] == 0:
        raise ValueError(
            "There must be at least one sample. "
            f"Received: samples of shape {shape_of(x)}"
        )
    warn_of_values(model, x)
    model._check_targets(x, labels)


def gathered_samples(model, data):
    """Samples of an array or a data set, and the labels that came with them.

    Args:
        model: `GenerativeModel`.
        data: See `utils.samples.gather`.

    Raises:
        ValueError: If there are none, or not of the model's shape.
    """
    x, labels = gather(data)
    check_samples(x.shape[1:], x.dtype, model.sample_shape)
    if len(x) == 0:
        raise ValueError(
            "There must be at least one sample. "
            f"Received: samples of shape {x.shape}"
        )
    return x, labels


def check_no_weights(model, **weights):
    """Raises a `ValueError` if some samples are to count more than others."""
    for name, value in weights.items():
        if value is not None:
            raise ValueError(
                f"`{type(model).__name__}` weighs all samples alike. "
                f"Received: {name}={value!r}"
            )


def check_no_samples(model, targets):
    """Raises a `ValueError` if targets are samples, as an autoencoder has."""
    shape = shape_of(targets) or ()
    if len(shape) > 2 and shape[1:] == model.sample_shape:
        raise ValueError(
            f"`{type(model).__name__}` learns no map from samples to others, "
            "as an `Autoencoder` does. Received: targets of the shape of "
            f"samples, {shape}"
        )


def warn_of_values(model, x):
    """Warns of samples that the network which makes samples cannot make.

    Args:
        model: `GenerativeModel`.
        x: Array or tensor of samples.

    Returns:
        Pair of floats, the lowest and the highest value.
    """
    x = ops.convert_to_numpy(x)
    lowest, highest = float(np.min(x)), float(np.max(x))
    received = f"Received: samples from {lowest:.4g} to {highest:.4g}"
    if not np.isfinite(lowest + highest):
        warnings.warn(
            "The samples must be finite: after one step the weights would be "
            f"as they are. {received}",
            stacklevel=2,
        )
    elif model.value_range is not None:
        low, high = model.value_range
        margin = _ROUNDING * (high - low)
        reach = (
            f"The `{model.sample_network}` makes samples in [{low:g}, {high:g}]"
        )
        if lowest < low - margin or highest > high + margin:
            warnings.warn(
                f"{reach}, and others are to be learned. "
                f"{_remedy(lowest, highest, low, high)} {received}",
                stacklevel=2,
            )
        elif low < 0.0 <= lowest < highest:
            warnings.warn(
                f"{reach}, and all that are to be learned are in its upper "
                f"half. {_remedy(lowest, highest, low, high)} {received}",
                stacklevel=2,
            )
    return lowest, highest


def _remedy(lowest, highest, low, high):
    if (low, high) == (0.0, 1.0) and 2.0 < highest <= 255.0 and lowest >= 0.0:
        return "Bytes are scaled by `x / 255`."
    if (low, high) == (-1.0, 1.0) and 2.0 < highest <= 255.0 and lowest >= 0.0:
        return "Bytes are scaled by `x / 127.5 - 1`."
    if (low, high) == (-1.0, 1.0) and 0.0 <= lowest and highest <= 1.0:
        return "From [0, 1] they are scaled by `2 * x - 1`."
    if (low, high) == (0.0, 1.0) and -1.0 <= lowest and highest <= 1.0:
        return "From [-1, 1] they are scaled by `(x + 1) / 2`."
    return (
        "Scale them, let the network end in another activation, or give the "
        "model its `value_range`."
    )
