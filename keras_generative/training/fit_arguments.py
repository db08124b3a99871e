import math

import numpy as np

from keras_generative import backend
from keras_generative.training.checked_batches import with_checked_labels
from keras_generative.training.data_checks import DataCheck
from keras_generative.training.data_checks import check_no_weights
from keras_generative.training.fit_callbacks import check_checkpoints
from keras_generative.training.fit_callbacks import check_optimizers_are_found
from keras_generative.training.fit_callbacks import log_writers_first
from keras_generative.training.replica_shares import check_shares
from keras_generative.utils.batches import check_is_data
from keras_generative.utils.batches import count_samples
from keras_generative.utils.batches import peek
from keras_generative.utils.batches import shape_of
from keras_generative.utils.batches import split_batch
from keras_generative.utils.progress import VERBOSE
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_choice
from keras_generative.utils.validation import check_non_negative_integer
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer

_COUNTS = (
    "batch_size",
    "steps",
    "steps_per_epoch",
    "validation_batch_size",
    "validation_steps",
)


def prepare(model, arguments):
    """Checks arguments of `fit`, and makes of them those of Keras' own.

    Args:
        model: `GenerativeModel`.
        arguments: Dict of arguments of `keras.Model.fit`, by name, which is
            changed.

    Raises:
        ValueError: See `GenerativeModel.fit`.
    """
    check_no_weights(
        model,
        sample_weight=arguments.get("sample_weight"),
        class_weight=arguments.get("class_weight"),
    )
    check_optimizers_are_found(model, arguments.get("callbacks"))
    check_checkpoints(arguments.get("callbacks"))
    _check_numbers(arguments)
    _check_split(arguments)
    arguments["x"] = as_data(arguments["x"])
    arguments["y"] = as_targets(arguments.get("y"))
    if arguments.get("validation_data") is not None:
        arguments["validation_data"] = _as_validation_data(
            arguments["validation_data"], len(model._x_shape)
        )
    _check_data(model, arguments)
    x = arguments["x"]
    if "callbacks" in arguments or hasattr(x, "set_epoch"):
        arguments["callbacks"] = log_writers_first(
            arguments.get("callbacks"), x
        )
    if hasattr(x, "set_epoch"):
        # Keras would shuffle the batches of the epoch once more.
        arguments["shuffle"] = False
    for name in {"x", "validation_data"} & set(arguments):
        arguments[name] = with_checked_labels(
            arguments[name], model._wanted_labels()
        )
    if backend.replicas_of(model) == 1:
        _batch_arrays(arguments)


def prepare_evaluation(model, arguments):
    """Checks arguments of `evaluate`, and makes of them those of Keras' own.

    Args:
        model: `GenerativeModel`.
        arguments: Dict of arguments of `keras.Model.evaluate`, by name, which
            is changed.

    Raises:
        ValueError: See `GenerativeModel.fit`.
    """
    if not model.compiled:
        raise ValueError(
            "What is evaluated is the loss of `compile`, which must be called "
            f"first. Received: {model!r}, which is not compiled"
        )
    check_no_weights(model, sample_weight=arguments.get("sample_weight"))
    _check_numbers(arguments)
    first, arguments["x"] = peek(as_data(arguments["x"]))
    arguments["y"] = as_targets(arguments.get("y"))
    DataCheck(model).check(first, arguments["y"])
    if not arguments.get("steps"):
        _check_end(arguments["x"], "steps")
    arguments["x"] = with_checked_labels(arguments["x"], model._wanted_labels())
    check_shares(model, count_samples(first), arguments.get("batch_size"))


def _check_numbers(arguments):
    for name in _COUNTS:
        if arguments.get(name) is not None:
            # Integers of numpy, which torch's loaders do not take, as others.
            arguments[name] = check_positive_integer(arguments[name], name)
    if "verbose" in arguments:
        check_choice(arguments["verbose"], VERBOSE, "verbose")
    for name in {"return_dict", "shuffle"} & set(arguments):
        arguments[name] = check_boolean(arguments[name], name)
    for name in ("epochs", "initial_epoch"):
        if name in arguments:
            arguments[name] = check_non_negative_integer(arguments[name], name)
    frequency = arguments.get("validation_freq", 1)
    # Keras also takes a list of epochs.
    if not isinstance(frequency, (list, tuple, set)):
        check_positive_integer(frequency, "validation_freq")


def _check_split(arguments):
    share = arguments.get("validation_split") or 0.0
    if check_number(share, "validation_split", 0.0, 1.0) == 1.0:
        raise ValueError(
            "Argument `validation_split` must be below 1. "
            f"Received: validation_split={share}"
        )
    arguments["validation_split"] = share


def as_data(x):
    """What `fit` and `evaluate` take for `x`, a list as one array."""
    if isinstance(x, tuple) and len(x) > 1 and hasattr(x[0], "shape"):
        raise ValueError(
            "Samples and their labels are two arguments: `fit(x, y)`. "
            f"Received: a tuple of {len(x)} as `x`"
        )
    if x is None or (isinstance(x, (list, tuple, str)) and not len(x)):
        raise ValueError(
            "Argument `x` must be an array, a data set or a generator of "
            f"samples. Received: x={x!r}"
        )
    if isinstance(x, list):
        return as_array(x)
    check_is_data(x)
    return x


def as_targets(y):
    """What `fit` and `evaluate` take for `y`, a list as one array."""
    if isinstance(y, list):
        return as_array(y)
    if y is not None and not isinstance(y, (tuple, dict)):
        if not shape_of(y):
            raise ValueError(
                "What comes with samples must be an array, with a row for "
                f"each. Received: y={y!r}"
            )
    return y


def _as_validation_data(data, sample_rank):
    """Validation data, lists as arrays, and a list of these as a tuple."""
    if isinstance(data, (list, tuple, str)) and not len(data):
        raise ValueError(
            "Argument `validation_data` must hold samples. "
            f"Received: validation_data={data!r}"
        )
    if isinstance(data, list) and np.ndim(data[0]) == sample_rank:
        return as_array(data)
    is_list = isinstance(data, (list, tuple))
    check_is_data(data[0] if is_list else data)
    return tuple(as_targets(part) for part in data) if is_list else data


def as_array(values):
    """A list of samples or labels as an array."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            "All samples, and all labels, must have one shape. "
            f"Received: a list of {len(values)} that do not"
        ) from error


def _check_data(model, arguments):
    batch_size = arguments.get("batch_size")
    first, arguments["x"] = peek(arguments["x"])
    data_check = DataCheck(model)
    data_check.check(first, arguments.get("y"))
    if not arguments.get("steps_per_epoch"):
        _check_end(arguments["x"], "steps_per_epoch")
    num_samples = count_samples(first)
    training_share = 1.0 - arguments["validation_split"]
    num_training_samples = math.floor(num_samples * training_share)
    check_shares(model, num_training_samples, batch_size)
    num_validation_samples = num_samples - num_training_samples
    if arguments.get("validation_data") is not None:
        validation_data = arguments["validation_data"]
        first, arguments["validation_data"] = peek(validation_data)
        data_check.check(first, kind="validation samples")
        if not arguments.get("validation_steps"):
            _check_end(validation_data, "validation_steps")
        num_validation_samples = count_samples(first)
    validation_batch_size = arguments.get("validation_batch_size")
    check_shares(
        model, num_validation_samples, validation_batch_size or batch_size
    )


def _check_end(data, steps):
    """Raises a `ValueError` if an epoch of a `tf.data.Dataset` has no end."""
    if hasattr(data, "cardinality") and int(data.cardinality()) == -1:
        raise ValueError(
            f"An infinite data set needs `{steps}`, the number of its batches "
            f"that make an epoch. Received: {steps}=None for {data!r}"
        )


def _batch_arrays(arguments):
    """Hands arrays over in batches of the backend's own, if it makes any."""
    batch_size = arguments.get("batch_size") or 32  # Keras' default
    if not arguments.get("validation_steps"):
        data = arguments.get("validation_data")
        size = arguments.get("validation_batch_size") or batch_size
        arguments["validation_data"] = _batches(data, size) or data
    if arguments.get("validation_split") or arguments.get("steps_per_epoch"):
        return  # Keras has a meaning of these for arrays.
    x, y, _ = split_batch(arguments["x"])
    y = arguments.get("y") if y is None else y
    data = (x,) if y is None else (x, y)
    batches = _batches(data, batch_size, arguments.get("shuffle", True))
    if batches is not None:
        arguments.update(x=batches, y=None, shuffle=False)


def _batches(data, batch_size, shuffle=False):
    if (
        isinstance(data, (tuple, list))
        and len(data) in (1, 2)
        and all(isinstance(array, np.ndarray) and array.ndim for array in data)
        and len(data[0]) == len(data[-1])
        and isinstance(shuffle, bool)
    ):
        return backend.batches(data, batch_size, shuffle)
    return None
