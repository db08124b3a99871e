"""What callbacks that draw share: the range of pixels, and NaN among them."""

import numpy as np

from keras_generative.callbacks import model_facts
from keras_generative.utils import validation
from keras_generative.visualization.pixels import range_of


def check_value_range(value_range):
    """Returns `(low, high)` or `None`, or raises."""
    if value_range is None:
        return None
    return validation.check_value_range(value_range)


def pixel_range(value_range, model, images):
    """The values of black and of full brightness.

    Args:
        value_range: Pair that the user gave, or `None`.
        model: Model whose range it is otherwise.
        images: Array, whose range it is where the model has none.
    """
    known = value_range or model_facts.value_range(model)
    return range_of(images) if known is None else known


def warn_of_nan(images, warn_once):
    """Says once that NaN has no brightness."""
    if np.isnan(images).any():
        warn_once.warn("draws NaN black: there is NaN among its images.")
