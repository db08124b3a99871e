import os

import keras

from keras_generative.datasets.digits import load_digits
from keras_generative.datasets.folder_arrays import load_folder
from keras_generative.datasets.image_reader import ImageReader
from keras_generative.datasets.npz import load_npz
from keras_generative.datasets.scale import scale
from keras_generative.utils.validation import check_value_range

NAMED = {
    "cifar10": lambda: keras.datasets.cifar10.load_data(),
    "digits": load_digits,
    "fashion_mnist": lambda: keras.datasets.fashion_mnist.load_data(),
    "mnist": lambda: keras.datasets.mnist.load_data(),
}


class Splits(tuple):
    """`(x_train, y_train), (x_test, y_test)`, and `class_names`."""

    class_names = None


def load(
    name_or_path,
    value_range=(0, 1),
    image_size=None,
    crop_to_aspect_ratio=False,
    color_mode=None,
    skip_unreadable=False,
    verbose="auto",
):
    """Loads a data set of images into memory.

    Folders that are larger than that are for `ImageFolder`.

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
            - the path of a folder of images. Sub-folders are classes, in
              alphabetical order; without any there are no labels.
              Sub-folders `train` and `test` (or `validation`, `val`,
              `valid`, where there is no `test`) are splits, not classes, and
              may hold classes of their own. Hidden files and folders are left
              out. Cameras' rotation (EXIF) is applied, and what is
              transparent is laid over white.
            Where there is no test set, a fixed tenth of the images is held
            out.
        value_range: Pair of numbers, what 0 and 255 are scaled to:
            `(0, 1)` for a sigmoid, `(-1, 1)` for tanh. Defaults to `(0, 1)`.
        image_size: Pair (height, width) of integers, what the images of a
            folder are resized to, without aliasing. `None` asks for images of
            one size. Defaults to `None`.
        crop_to_aspect_ratio: Boolean, whether the middle is cut out of images
            of other proportions than `image_size`, which are else distorted.
            Defaults to `False`.
        color_mode: `"rgb"` or `"grayscale"`, for a folder. `None` is
            `"grayscale"` if all its images are. Defaults to `None`.
        skip_unreadable: Boolean, whether images of a folder that cannot be
            read are left out, with a warning, or all raised in one error.
            Defaults to `False`.
        verbose: `"auto"`, `0`, `1` or `2`, for the reading of a folder.
            `"auto"` shows a progress bar if there are many files. Defaults
            to `"auto"`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float32 images of shape
        (n, height, width, channels), and int64 labels of shape (n,), or
        `None` if there are none. The tuple has an attribute `class_names`,
        the list of the names of the sub-folders, or `None`.

    Raises:
        ValueError: If the name is unknown, an argument is none of the above,
            or the file or folder is missing, unreadable or not as described.
        ImportError: If `"digits"` is asked for and scikit-learn is missing.

    Example:

    >>> (x_train, _), (x_test, y_test) = load("digits", value_range=(-1, 1))

    >>> photos = load("photos", image_size=(64, 64), crop_to_aspect_ratio=True)
    >>> (x_train, y_train), (x_test, y_test) = photos
    >>> photos.class_names
    ['cats', 'dogs']
    """
    value_range = check_value_range(value_range)
    reader = ImageReader(image_size, color_mode, crop_to_aspect_ratio)
    if not isinstance(name_or_path, (str, os.PathLike)):
        raise _unknown(name_or_path)
    if name_or_path not in NAMED and os.path.isdir(name_or_path):
        arrays, names = load_folder(
            name_or_path, reader, skip_unreadable, verbose
        )
    else:
        _check_no_folder_arguments(
            name_or_path,
            image_size=image_size,
            color_mode=color_mode,
            skip_unreadable=skip_unreadable or None,
        )
        arrays, names = _load_arrays(name_or_path), None
    splits = Splits(_prepare(*split, value_range) for split in arrays)
    splits.class_names = names
    return splits


def _load_arrays(name_or_path):
    if name_or_path in NAMED:
        return NAMED[name_or_path]()
    if os.path.isfile(name_or_path):
        return load_npz(name_or_path)
    raise _unknown(name_or_path)


def _unknown(name_or_path):
    if isinstance(name_or_path, os.PathLike):
        name_or_path = str(name_or_path)
    return ValueError(
        "Argument `name_or_path` must be an existing file or folder, or one "
        f"of {sorted(NAMED)}. Received: name_or_path={name_or_path!r}"
    )


def _check_no_folder_arguments(name_or_path, **arguments):
    given = [f"{k}={v!r}" for k, v in arguments.items() if v is not None]
    if given:
        raise ValueError(
            f"Arguments {sorted(arguments)} are for a folder of images. "
            f"Received: name_or_path={str(name_or_path)!r}, {', '.join(given)}"
        )


def _prepare(images, labels, value_range):
    images = scale(images, value_range)
    if images.ndim == 3:
        images = images[..., None]
    if labels is not None:
        labels = labels.reshape(-1).astype("int64")
    return images, labels
