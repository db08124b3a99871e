"""The file of a `Reference`, read no further than what is asked for."""

import json
import zipfile

import numpy as np

from keras_generative.utils.array_file import array_names
from keras_generative.utils.array_file import check_array
from keras_generative.utils.array_file import read_array
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.whole_file import whole_file

NAMES = ("data", "split", "count", "network", "resize")
ARRAYS = ("mean", "covariance", "features")
# What numpy, JSON and zipfile raise over files of another kind.
MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
)
LONGEST = 100_000  # Bytes that names may take.


class ReferenceFile:
    """What a file holds, told from its names and its headers.

    Args:
        path: String or path.

    Raises:
        ValueError: If it is not one that `write` wrote.
    """

    def __init__(self, path):
        self.path = path
        try:
            self.names = _read_names(path)
            self.has_features = "features" in array_names(path)
            (dim,), _ = check_array(path, "mean", (None,), "f")
            self.shapes = {
                "mean": (dim,),
                "covariance": (dim, dim),
                "features": (self.names["count"], dim),
            }
            check_array(path, "covariance", self.shapes["covariance"], "f")
            if self.has_features:
                check_array(path, "features", self.shapes["features"], "f")
        except MALFORMED as error:
            raise ValueError(
                "The file must be one that `Reference.save` wrote. "
                f"Received: path={str(path)!r}, which says: {error}"
            ) from error

    def check_names(self, expected):
        """Raises a `ValueError` unless the file is of what is expected."""
        for name, value in expected.items():
            if name not in NAMES or value != self.names[name]:
                raise ValueError(
                    f"The reference is of {self.names}, and of nothing else. "
                    f"Received: {name}={value!r}"
                )

    def read(self, name):
        """One of `ARRAYS`."""
        return read_array(self.path, name, self.shapes[name], "f")


def write(path, names, arrays):
    """Writes a file, whole or not at all."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, names=json.dumps(names), **arrays)


def _read_names(path):
    _, dtype = check_array(path, "names", (), "U")
    if dtype.itemsize > LONGEST:
        raise ValueError(f"its names take {dtype.itemsize} bytes")
    names = json.loads(str(read_array(path, "names", (), "U")))
    if not isinstance(names, dict) or set(names) != set(NAMES):
        raise ValueError(f"it names {names}, and not {NAMES}")
    check_positive_integer(names["count"], "count")
    return names
