"""Some samples of whatever holds data."""

import itertools

import keras
import numpy as np
from keras import ops

from keras_generative.utils.batches import split_batch
from keras_generative.utils.validation import as_array


def gather(data, num_samples=None):
    """Samples of an array or a data set, and their labels.

    Args:
        data: An array, a tuple `(x, y)` of arrays, a dict of them with keys
            `image` and `label`, or what yields batches of these: a
            `keras.utils.PyDataset`, `tf.data.Dataset`,
            `torch.utils.data.DataLoader` or another iterable.
        num_samples: Integer, how many; fewer if there are no more. They are
            the first, but of a `PyDataset`, of which batches from all over
            it are read, lest it is in the order of its classes. Defaults to
            `None`, all of them.

    Returns:
        `(x, y)`, arrays of equal length; `y` is `None` if there is none.

    Raises:
        ValueError: If all are asked for of what never ends.
    """
    if isinstance(data, (tuple, dict)):
        return _cut(data, num_samples)
    if isinstance(data, list) or hasattr(data, "shape"):
        return _cut((data,), num_samples)
    if num_samples is None and _is_infinite(data):
        raise ValueError(
            "Of data that never end, a number of samples must be taken. "
            f"Received: data={data!r} without a number"
        )
    parts, count = [], 0
    for batch in _batches(data, num_samples):
        left = None if num_samples is None else num_samples - count
        parts.append(_cut(batch, left))
        count += len(parts[-1][0])
        if num_samples is not None and count >= num_samples:
            break
    if not parts:
        return np.zeros((0,)), None
    x, y = zip(*parts)
    return np.concatenate(x), None if y[0] is None else np.concatenate(y)


def _cut(batch, count):
    x, y, _ = split_batch(batch)
    # Cut first: of a large array no more than that is copied.
    x = _array(x[:count])
    return x, None if y is None else _array(y[:count])


def _array(x):
    if isinstance(x, (list, np.ndarray)):
        return as_array(x, "data")
    return ops.convert_to_numpy(x)


def _batches(data, num_samples):
    if not isinstance(data, keras.utils.PyDataset):
        return iter(data)
    count = data.num_batches
    if count is None:
        return (data[number] for number in itertools.count())
    return _batches_from_all_over(data, count, num_samples)


def _batches_from_all_over(data, count, num_samples):
    if count == 0:
        return
    first = data[0]
    yield first
    wanted = count
    if num_samples is not None:
        size = max(1, len(split_batch(first)[0]))
        wanted = min(count, -(-num_samples // size))
    for number in range(1, wanted):
        yield data[number * count // wanted]


def _is_infinite(data):
    if isinstance(data, keras.utils.PyDataset):
        return data.num_batches is None
    # `tf.data` counts -1 batches of what never ends.
    cardinality = getattr(data, "cardinality", None)
    return callable(cardinality) and int(cardinality()) == -1
