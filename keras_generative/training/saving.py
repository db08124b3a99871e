"""How models are saved: by the chief alone, and whole or not at all."""

import math
import pathlib
import tempfile
import warnings

from keras_generative import backend
from keras_generative.utils.whole_file import save_whole_file


def check_model_file(path):
    """Returns a path, or raises for a file in which a model would be lost.

    Keras writes its legacy format, too, of models with a `compile` of their
    own, but does not read it again.

    Args:
        path: String or path.

    Raises:
        ValueError: If it is of the legacy format.
    """
    if pathlib.Path(path).suffix in (".h5", ".hdf5"):
        raise ValueError(
            "A model is saved in a file whose name ends in `.keras`, and its "
            "weights alone by `save_weights` in one that ends in "
            "`.weights.h5`. The legacy format of HDF5 files does not hold "
            f"what is needed to load it. Received: {path!r}"
        )
    return path


def save_once(model, save, path, overwrite, is_file):
    """Calls Keras' `save(path, overwrite)`, and keeps what the chief saves."""
    if not backend.is_chief():
        # All processes save, since Keras makes a variable for it, which
        # under a strategy takes all of them.
        with tempfile.TemporaryDirectory() as folder:
            save(pathlib.Path(folder) / pathlib.Path(path).name, True)
    elif is_file:
        save_whole_file(save, path, overwrite, room=size_in_file(model))
    else:
        save(path, overwrite)


def size_in_file(model):
    """Bytes that the weights of a model, and its optimizer, take at most."""
    optimizer = model.optimizer if model.compiled else None
    variables = [*model.variables, *getattr(optimizer, "variables", ())]
    values = sum(8 * math.prod(variable.shape) for variable in variables)
    # HDF5 keeps a table for each variable, and for each layer.
    return values + 4096 * (len(variables) + 16)


def restore_seed_states(model, states, saved):
    """Sets the states of seed generators, where a file has those of all."""
    if len(saved) != len(states):
        warnings.warn(
            f"The file holds the states of {len(saved)} seed generators, and "
            f"`{model.name}` has {len(states)}. Weights were loaded; training "
            "goes on with other noise than it would have drawn.",
            stacklevel=2,
        )
        return
    for state, value in zip(states, saved):
        state.assign(value)
