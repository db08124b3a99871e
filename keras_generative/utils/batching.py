"""Networks applied to any number of inputs."""

import keras
import numpy as np

from keras_generative.utils.progress import progress


def predict_in_batches(network, inputs, batch_size=256, verbose="auto"):
    """The outputs of a network, as float32 arrays.

    Unlike `keras.Model.predict` this may run inside `fit`, shows a progress
    bar only for many batches, and compiles at most once for each power of two
    up to `batch_size`, and for `batch_size`: the last batch is padded.

    Args:
        network: What has a method `predict_on_batch`: a `backend.Forward`.
        inputs: Array of shape (num_inputs, ...), at least one, or a list or
            tuple of them for a network of several inputs.
        batch_size: Positive integer. Defaults to `256`.
        verbose: See `progress`.

    Returns:
        Array of shape (num_inputs, ...), or a list of them.
    """
    num_inputs = len(keras.tree.flatten(inputs)[0])
    batch_size = min(batch_size, 1 << (num_inputs - 1).bit_length())
    parts = []
    for start in progress(range(0, num_inputs, batch_size), verbose):
        size = min(batch_size, num_inputs - start)
        batch = _padded_batch(inputs, start, batch_size)
        outputs = network.predict_on_batch(batch)
        parts.append([y[:size] for y in keras.tree.flatten(outputs)])
    arrays = [np.concatenate(part).astype("float32") for part in zip(*parts)]
    return arrays if len(arrays) > 1 else arrays[0]


def _padded_batch(inputs, start, batch_size):
    """Rows of inputs, with zeros behind: black images of the first class."""

    def padded(array):
        rows = array[start : start + batch_size]
        padding = [(0, batch_size - len(rows))] + [(0, 0)] * (rows.ndim - 1)
        return np.pad(rows, padding)

    return keras.tree.map_structure(padded, inputs)
