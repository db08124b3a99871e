import contextlib
import math
import zipfile
from typing import NamedTuple

import numpy as np

from keras_generative.datasets.split import hold_out

HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class Header(NamedTuple):
    """What the first bytes of an array in a file tell."""

    shape: tuple
    dtype: np.dtype


def load_npz(path):
    """uint8 images and labels of an `.npz` file in Keras' layout.

    Of other arrays in the file nothing is read, and of these nothing before
    their names, shapes and dtypes are known to be right.

    Raises:
        ValueError: If the file is no `.npz`, or its arrays do not fit.
    """
    with _reading(path):
        file = zipfile.ZipFile(path)
    with file:
        names = [n for n in file.namelist() if n.endswith(".npy")]
        names = sorted({name.removesuffix(".npy") for name in names})
        splits = ["train", "test"] if "x_test" in names else ["train"]
        keys = [f"{kind}_{split}" for split in splits for kind in "xy"]
        _check_names(path, keys, names)
        headers = {key: _header(path, file, key) for key in keys}
        for split in splits:
            _check_split(path, headers, split)
        _check_equal_shapes(path, headers)
        arrays = {key: _array(path, file, key) for key in keys}
    pairs = [(arrays[f"x_{split}"], arrays[f"y_{split}"]) for split in splits]
    return pairs if len(pairs) == 2 else hold_out(*pairs[0])


@contextlib.contextmanager
def _reading(path):
    # Broken files fail in many ways, in zip, in numpy and between.
    try:
        yield
    except Exception as error:
        raise ValueError(
            "A data file must be an `.npz` of arrays `x_train`, `y_train`, "
            f"`x_test`, `y_test`. Received: {str(path)!r}, which could not "
            f"be read: {error}"
        ) from error


def _header(path, file, key):
    with _reading(path), file.open(f"{key}.npy") as array:
        version = np.lib.format.read_magic(array)
        if version not in HEADERS:
            raise ValueError(f"`{key}` is of the unknown version {version}")
        shape, _, dtype = HEADERS[version](array)
    return Header(shape, dtype)


def _array(path, file, key):
    with _reading(path), file.open(f"{key}.npy") as array:
        return np.lib.format.read_array(array, allow_pickle=False)


def _check_names(path, keys, names):
    for key in keys:
        if key not in names:
            raise ValueError(
                f"A data file must have an array `{key}`. Images without "
                "labels may be loaded from a folder. "
                f"Received: {str(path)!r} with arrays {names}"
            )


def _check_split(path, headers, split):
    images, labels = headers[f"x_{split}"], headers[f"y_{split}"]
    if (
        images.dtype != "uint8"
        or len(images.shape) not in (3, 4)
        or images.shape[0] < 2
        or min(images.shape) < 1
    ):
        raise ValueError(
            f"Array `x_{split}` of a data file must hold two or more uint8 "
            "images of shape (height, width) or (height, width, channels). "
            f"Received: {str(path)!r} with shape={images.shape}, "
            f"dtype={images.dtype}"
        )
    num_labels = math.prod(labels.shape)
    if num_labels != images.shape[0] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Array `y_{split}` of a data file must hold one integer label for "
            f"each image. Received: {str(path)!r} with {images.shape[0]} "
            f"images and {num_labels} labels of dtype={labels.dtype}"
        )


def _check_equal_shapes(path, headers):
    shape = headers["x_train"].shape[1:]
    test_shape = headers.get("x_test", headers["x_train"]).shape[1:]
    if test_shape != shape:
        raise ValueError(
            "The images of a data file must be of one shape, here "
            f"{shape} as in `x_train`. "
            f"Received: {str(path)!r} with `x_test` of {test_shape}"
        )
