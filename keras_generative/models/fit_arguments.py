import math

import numpy as np

from keras_generative import backend
from keras_generative.models.fit_callbacks import arranged
from keras_generative.models.replica_shares import check_shares
from keras_generative.utils.images import count_images
from keras_generative.utils.images import peek


def prepare(model, arguments):
    """Checks arguments of `fit`, and makes of them those of Keras' own.

    Args:
        model: `GenerativeModel`.
        arguments: Dict of arguments of `keras.Model.fit`, by name, which is
            changed.

    Raises:
        ValueError: See `GenerativeModel.fit`.
    """
    for name in ("sample_weight", "class_weight"):
        if arguments.get(name) is not None:
            raise ValueError(
                f"`{type(model).__name__}` weighs all images alike. "
                f"Received: {name}={arguments[name]!r}"
            )
    _check_data(model, arguments)
    x = arguments["x"]
    if "callbacks" in arguments or hasattr(x, "set_epoch"):
        arguments["callbacks"] = arranged(arguments.get("callbacks"), x)
    if hasattr(x, "set_epoch"):
        # Keras would shuffle the batches of the epoch once more.
        arguments["shuffle"] = False
    if backend.replicas_of(model) == 1:
        _batch_arrays(arguments)


def _check_data(model, arguments):
    batch_size = arguments.get("batch_size")
    first, arguments["x"] = peek(arguments["x"])
    model.check_data(first)
    num_images = count_images(first)
    training_share = 1.0 - arguments.get("validation_split", 0.0)
    num_training_images = math.floor(num_images * training_share)
    check_shares(model, num_training_images, batch_size)
    num_validation_images = num_images - num_training_images
    if arguments.get("validation_data") is not None:
        validation_data = arguments["validation_data"]
        first, arguments["validation_data"] = peek(validation_data)
        model.check_data(first)
        num_validation_images = count_images(first)
    validation_batch_size = arguments.get("validation_batch_size")
    check_shares(
        model, num_validation_images, validation_batch_size or batch_size
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
    data = (arguments["x"],)
    if arguments.get("y") is not None:
        data = (arguments["x"], arguments["y"])
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
