"""A few hundred samples of whatever `fit` can be given."""

from collections.abc import Iterable
from collections.abc import Iterator

import keras
import numpy as np

NUM_SAMPLES = 500


def some_samples(data):
    """Samples, and their labels where the data has any.

    Args:
        data: An array, or a tuple `(x,)` or `(x, y)` of them, taken as they
            are; or a `keras.utils.PyDataset`, `tf.data.Dataset` or torch
            `DataLoader` of these, of which a few hundred samples are read.

    Returns:
        Pair `(x, y)` of arrays, `y` may be `None`.

    Raises:
        ValueError: If the data is none of the above, or empty.
    """
    if isinstance(data, list):
        data = np.asarray(data)
    if isinstance(data, tuple) or hasattr(data, "__array__"):
        return _pair(data)
    if (
        isinstance(data, (str, dict))
        or not (
            isinstance(data, keras.utils.PyDataset)
            or isinstance(data, Iterable)
        )
        or isinstance(data, Iterator)
    ):
        raise ValueError(
            "Argument `data` must be an array, a tuple of arrays, or a data "
            "set that can be read again, as a generator cannot. "
            f"Received: data={data!r}"
        )
    pairs, count = [], 0
    for batch in _batches(data):
        pairs.append(_pair(batch))
        count += len(pairs[-1][0])
        if count >= NUM_SAMPLES:
            break
    if not pairs:
        raise ValueError(f"Argument `data` is empty. Received: data={data!r}")
    x, y = zip(*pairs)
    return np.concatenate(x), None if y[0] is None else np.concatenate(y)


def _batches(data):
    """The batches of a data set, or some from all over it."""
    num_batches = getattr(data, "num_batches", None)
    if not isinstance(data, keras.utils.PyDataset) or num_batches is None:
        yield from data
        return
    if num_batches == 0:
        return
    first = data[0]
    yield first
    wanted = min(num_batches, -(-NUM_SAMPLES // max(1, len(_pair(first)[0]))))
    # Spread evenly, lest the data is in the order of its classes.
    for index in np.linspace(0, num_batches - 1, wanted)[1:]:
        yield data[int(index)]


def _pair(batch):
    """The arrays of `x`, `(x,)`, `(x, y)` or `[x, y]`."""
    if not isinstance(batch, (tuple, list)):
        return np.asarray(batch), None
    x, *rest = batch
    y = rest[0] if rest else None
    return np.asarray(x), None if y is None else np.asarray(y)
