"""What can be told about image data before it is used."""

import inspect
import itertools

import keras

from keras_generative.utils.validation import check_fit


def image_spec(data):
    """Shape and dtype of the images in whatever `fit` was given.

    Args:
        data: An array, a `tf.data.Dataset` or a `keras.utils.PyDataset`, of
            images or of tuples that begin with images.

    Returns:
        `(shape, dtype)` of one image, `shape` without the batch, or
        `(None, None)` where nothing can be told without consuming data.
    """
    if hasattr(data, "element_spec"):
        data = data.element_spec
    elif isinstance(data, keras.utils.PyDataset):
        data = data[0]
    if isinstance(data, (tuple, list)) and data:
        data = data[0]
    shape, dtype = getattr(data, "shape", None), getattr(data, "dtype", None)
    if dtype is None or shape is None or getattr(shape, "rank", 1) is None:
        return None, None
    return tuple(shape)[1:], dtype


def count_images(data):
    """Number of images in an array, or a tuple that begins with one.

    0 for a dataset, whose batches are its own.
    """
    if isinstance(data, (tuple, list)) and data:
        data = data[0]
    shape = getattr(data, "shape", None)
    return shape[0] if shape else 0


def check_images(shape, dtype, image_shape):
    """Raises a `ValueError` unless images are float and of `image_shape`.

    Args:
        shape: Shape of one image, `None` for unknown sizes.
        dtype: Its dtype, of any framework.
        image_shape: The shape the model's networks work on.
    """
    if "float" not in str(dtype):
        raise ValueError(
            "Images must be float, scaled to the range of the network that "
            "makes them, e.g. `x.astype('float32') / 255`. "
            f"Received: images of dtype={dtype}"
        )
    check_fit(shape, image_shape, "Images (height, width, channels)")


def peek(data):
    """Returns `(first, data)`; a generator's first batch stays in `data`."""
    if not inspect.isgenerator(data):
        return data, data
    try:
        first = next(data)
    except StopIteration:
        raise ValueError(
            f"The generator of training data is empty. Received: x={data!r}"
        ) from None
    return first, _restore(first, data)


def _restore(first, rest):
    # A generator function, because Keras takes no other iterator.
    yield from itertools.chain([first], rest)
