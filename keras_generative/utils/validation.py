"""One voice for errors: what is wrong, what is allowed, what was received."""

import math
import numbers
import os

import numpy as np


def check_positive_integer(value, name):
    """Returns `value` as an `int`, or raises unless it is at least 1."""
    if not is_integer(value) or value < 1:
        raise ValueError(
            f"Argument `{name}` must be a positive integer. "
            f"Received: {name}={value!r}"
        )
    return int(value)


def check_seed(seed, name="seed", optional=False):
    """Returns `seed` as an `int`, or raises unless it is at least 0.

    Args:
        seed: Integer, of Python or numpy.
        name: String, the name of the argument. Defaults to `"seed"`.
        optional: Boolean, whether `None` is allowed and returned as it is.
            Defaults to `False`.
    """
    if optional and seed is None:
        return None
    allowed = " or `None`" if optional else ""
    return check_non_negative_integer(seed, name, allowed)


def check_non_negative_integer(value, name, others=""):
    """Returns `value` as an `int`, or raises unless it is at least 0."""
    if not is_integer(value) or value < 0:
        raise ValueError(
            f"Argument `{name}` must be an integer of at least 0{others}. "
            f"Received: {name}={value!r}"
        )
    return int(value)


def check_number(value, name, minimum=None, maximum=None):
    """Returns `value`, or raises unless it is finite and between the bounds."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if (
        not is_number
        or not math.isfinite(value)
        or (minimum is not None and value < minimum)
        or (maximum is not None and value > maximum)
    ):
        bounds = "" if minimum is None else f" of at least {minimum}"
        bounds += "" if maximum is None else f" and at most {maximum}"
        raise ValueError(
            f"Argument `{name}` must be a finite number{bounds}. "
            f"Received: {name}={value!r}"
        )
    return value


def check_value_range(value_range, name="value_range"):
    """Returns `(low, high)` as floats, or raises unless low < high."""
    try:
        # Strings have no sign, and would become numbers without it.
        low, high = (float(+bound) for bound in value_range)
    except (TypeError, ValueError):
        low = high = float("nan")
    if not -math.inf < low < high < math.inf:
        raise ValueError(
            f"Argument `{name}` must be a pair (low, high) with low < high. "
            f"Received: {name}={value_range!r}"
        )
    return low, high


def check_fit(shape, wanted, name):
    """Raises a `ValueError` unless `shape` is `wanted`; `None` fits any size.

    Args:
        shape: Shape that was received.
        wanted: Shape that is allowed.
        name: String, plural, what has the shape.
    """
    if len(shape) != len(wanted) or any(
        None not in (size, want) and size != want
        for size, want in zip(shape, wanted)
    ):
        raise ValueError(
            f"{name} must have shape {tuple(wanted)}. "
            f"Received: shape={tuple(shape)}"
        )


def is_integer(value):
    """Whether `value` is an integer and no boolean."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def check_latent_shape(latent_dim, name):
    """The shape of one latent, of its size or of a shape, or an error."""
    if isinstance(latent_dim, (tuple, list)) and latent_dim:
        return check_shape(latent_dim, name)
    return (check_positive_integer(latent_dim, name),)


def check_shape(shape, name):
    """Returns `shape` as a tuple, or raises unless it is of positive sizes."""
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(
            f"Argument `{name}` must be a tuple of positive integers. "
            f"Received: {name}={shape!r}"
        )
    return tuple(check_positive_integer(size, name) for size in shape)


def as_array(values, name, dtype=None):
    """Returns `values` as an array, or raises if they are none.

    Args:
        values: Array-like.
        name: String, the name of the argument.
        dtype: String, of the array. Defaults to `None`, that of the values.
    """
    try:
        if dtype is not None and np.iscomplexobj(values):
            raise TypeError("Half of each number would go without a word.")
        return np.asarray(values, dtype)
    except (TypeError, ValueError) as error:  # of unequal lengths, say
        raise ValueError(
            f"Argument `{name}` must be an array, or a list of rows of one "
            f"shape. Received: {name}={_shortened(values)}"
        ) from error


def check_choice(value, allowed, name):
    """Returns `value`, or raises unless it is one of a sequence of others."""
    # An array is compared number by number, and a list is no key of a dict.
    is_comparable = np.ndim(value) == 0
    if not is_comparable or value not in tuple(allowed):
        raise ValueError(
            f"Argument `{name}` must be one of {allowed}. "
            f"Received: {name}={value!r}"
        )
    return value


def check_boolean(value, name):
    """Returns `value` as a `bool`, or raises unless it is one, or 0 or 1."""
    is_known = isinstance(value, np.bool_) or isinstance(value, int)
    if not is_known or value not in (0, 1):
        raise ValueError(
            f"Argument `{name}` must be `True` or `False`. "
            f"Received: {name}={value!r}"
        )
    return bool(value)


def check_string(value, name):
    """Returns `value`, or raises unless it is a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError(
            f"Argument `{name}` must be a string that is not empty. "
            f"Received: {name}={value!r}"
        )
    return value


def check_path(value, name):
    """Returns `value`, or raises unless it is a string or a path."""
    if not isinstance(value, (str, os.PathLike)):
        raise ValueError(
            f"Argument `{name}` must be a string or a path. "
            f"Received: {name}={value!r}"
        )
    return value


def _shortened(values):
    text = repr(values)
    return text if len(text) <= 80 else f"{text[:80]}..., a {type(values)}"
