import pathlib

import keras
import numpy as np

from keras_generative.datasets.digits import load_digits
from keras_generative.datasets.image_folder import load_image_folder
from keras_generative.datasets.npz import load_npz
from keras_generative.utils.validation import check_value_range

NAMED = {
    "cifar10": lambda: keras.datasets.cifar10.load_data(),
    "digits": load_digits,
    "fashion_mnist": lambda: keras.datasets.fashion_mnist.load_data(),
    "mnist": lambda: keras.datasets.mnist.load_data(),
}


def load(name_or_path, value_range=(0, 1), verbose="auto"):
    """Loads a data set of images.

    Args:
        name_or_path: One of
            - `"digits"`: 1,797 handwritten digits that come with
              scikit-learn, enlarged to 28x28. Needs no download.
            - `"mnist"`, `"fashion_mnist"`, `"cifar10"`, which Keras
              downloads.
            - the path of an `.npz` file with arrays `x_train`, `y_train` and,
              if there is a test set, `x_test`, `y_test`: uint8 images of
              shape (n, height, width) or (n, height, width, channels), and
              integer labels.
            - the path of a folder of images of one size. Sub-folders are
              classes, in alphabetical order; without any there are no
              labels.
            Where there is no test set, a fixed tenth of the images is held
            out.
        value_range: Pair of numbers, what 0 and 255 are scaled to:
            `(0, 1)` for a sigmoid, `(-1, 1)` for tanh. Defaults to `(0, 1)`.
        verbose: `"auto"`, `0`, `1` or `2`, for the reading of a folder.
            `"auto"` shows a progress bar if there are many files. Defaults
            to `"auto"`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float32 images of shape
        (n, height, width, channels), and int64 labels of shape (n,), or
        `None` if there are none.

    Raises:
        ValueError: If the name is unknown, or the file or folder is missing,
            unreadable or not as described above.
        ImportError: If `"digits"` is asked for and scikit-learn is missing.

    Example:

    >>> (x_train, _), (x_test, y_test) = load("digits", value_range=(-1, 1))
    """
    value_range = check_value_range(value_range)
    if name_or_path in NAMED:
        splits = NAMED[name_or_path]()
    else:
        splits = _load_path(name_or_path, verbose)
    return tuple(_prepare(*split, value_range) for split in splits)


def _load_path(path, verbose):
    if pathlib.Path(path).is_dir():
        return load_image_folder(path, verbose)
    if pathlib.Path(path).is_file():
        return load_npz(path)
    raise ValueError(
        "Argument `name_or_path` must be an existing file or folder, or one "
        f"of {sorted(NAMED)}. Received: name_or_path={str(path)!r}"
    )


def _prepare(images, labels, value_range):
    low, high = value_range
    images = images.astype("float32") * ((high - low) / 255) + low
    if images.ndim == 3:
        images = images[..., np.newaxis]
    # The scale is exact only to rounding, and sigmoids end at 1.
    images = np.clip(images, low, high)
    if labels is not None:
        labels = labels.reshape(-1).astype("int64")
    return images, labels
