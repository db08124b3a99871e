"""What can be told about data before they are used."""

import inspect
import itertools

import keras

from keras_generative.utils.validation import check_fit


def first_batch(data):
    """The first batch of whatever `fit` was given, or an array as it is.

    Args:
        data: An array, a `tf.data.Dataset`, a `keras.utils.PyDataset`, a torch
            `DataLoader` over a dataset with indices, or a batch.

    Returns:
        What the first batch of `data` is, or `None` where it cannot be told
        without consuming data.

    Raises:
        ValueError: If there is none.
    """
    if isinstance(data, keras.utils.PyDataset):
        batches = () if data.num_batches == 0 else (data[0],)
    elif hasattr(data, "element_spec"):
        if not hasattr(data, "take"):
            return None
        batches = data.take(1)
    elif hasattr(data, "collate_fn") and hasattr(data, "dataset"):
        # Asked for by index, as iterating would draw from torch's generator.
        if not hasattr(data.dataset, "__getitem__"):
            return None
        size = min(data.batch_size or 1, len(data.dataset))
        rows = [data.dataset[row] for row in range(size)]
        batches = (data.collate_fn(rows),) if rows else ()
    else:
        return data
    for batch in batches:
        return batch
    raise ValueError(
        "A data set must give at least one batch. "
        f"Received: {data!r}, which gives none"
    )


def split_batch(batch):
    """Samples, targets and weights of a batch, each `None` if there are none.

    Args:
        batch: Samples, a tuple `(x,)`, `(x, y)` or `(x, y, sample_weight)`,
            or a dict with keys `image` and, if there are any, `label`.
    """
    if isinstance(batch, (tuple, list)) and not 0 < len(batch) < 4:
        raise ValueError(
            "A batch must be samples, `(x,)`, `(x, y)` or `(x, y, "
            f"sample_weight)`. Received: a {type(batch).__name__} of "
            f"{len(batch)}"
        )
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
    if isinstance(x, dict):
        if "image" not in x or (y is not None and "label" in x):
            raise ValueError(
                "A batch that is a dictionary must have the key 'image', and "
                f"'label' for labels. Received: keys {sorted(x)}"
            )
        x, y = x["image"], x.get("label", y)
    return x, y, sample_weight


def shape_of(x):
    """The shape of an array or tensor as a tuple, `None` if it has none."""
    shape = getattr(x, "shape", None)
    if shape is None or getattr(shape, "rank", 1) is None:
        return None
    return tuple(shape)


def check_is_data(data):
    """Raises a `ValueError` unless samples may be gathered of `data`."""
    is_empty_list = isinstance(data, (list, tuple)) and not data
    method = "__getitem__" if hasattr(data, "shape") else "__iter__"
    can_be_read = hasattr(data, method) or isinstance(
        data, keras.utils.PyDataset
    )
    is_scalar = shape_of(data) == ()  # which numpy lets one index
    if is_empty_list or is_scalar or isinstance(data, str) or not can_be_read:
        raise ValueError(
            "Samples must be an array or a data set. "
            f"Received: {data!r} of type {type(data)}"
        )


def count_samples(data):
    """Number of samples in an array, or a tuple or dict that holds one.

    0 for a dataset, whose batches are its own.
    """
    if isinstance(data, (tuple, list, dict)) and data:
        data, _, _ = split_batch(data)
    return (shape_of(data) or (0,))[0]


def check_samples(shape, dtype, sample_shape, name="Each sample"):
    """Raises a `ValueError` unless samples are float and of `sample_shape`.

    Args:
        shape: Shape of one sample, `None` for unknown sizes.
        dtype: Its dtype, of any framework.
        sample_shape: The shape the model's networks work on.
        name: String, what has the shape. Defaults to `"Each sample"`.
    """
    if "float" not in str(dtype):
        raise ValueError(
            "Samples must be float, scaled to the range of the network that "
            "makes them, e.g. `x.astype('float32') / 255` for images. "
            f"Received: samples of dtype={dtype}"
        )
    check_fit(shape, sample_shape, name)


def check_not_empty(shape, kind="samples"):
    """Raises a `ValueError` if an array of samples holds none."""
    if shape[0] == 0:
        raise ValueError(
            "There must be at least one sample. "
            f"Received: {kind} of shape {tuple(shape)}"
        )


def peek(data):
    """Returns `(first, data)`; a generator's first batch stays in `data`.

    Its batches become tuples, all that Keras takes of a generator.
    """
    if not inspect.isgenerator(data):
        return data, data
    try:
        first = next(data)
    except StopIteration:
        raise ValueError(
            f"The generator of training data is empty. Received: x={data!r}"
        ) from None
    if first is None:
        raise ValueError(
            "A generator must give batches of samples. Received: None of "
            f"{data!r}"
        )
    return first, _restore(first, data)


def _restore(first, rest):
    # A generator function, because Keras takes no other iterator.
    for batch in itertools.chain([first], rest):
        if isinstance(batch, dict):
            batch = [part for part in split_batch(batch) if part is not None]
        yield tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
