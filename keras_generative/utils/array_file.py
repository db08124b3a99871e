"""Arrays in `.npz` files, each of them read alone, and when it is needed."""

import math
import zipfile

import numpy as np

HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def array_names(path):
    """The names of the arrays in an `.npz` file."""
    with zipfile.ZipFile(path) as archive:
        return [
            name.removesuffix(".npy")
            for name in archive.namelist()
            if name.endswith(".npy")
        ]


def read_array(path, name, shape, kinds):
    """One array, if its header says what it should.

    Nothing else in the file is unpacked: a small one may hold arrays of any
    size.

    Args:
        path: String or path of an `.npz` file.
        name: String, the name of the array.
        shape: Tuple, the shape that it must have, `None` for any size.
        kinds: String of the kinds of dtypes allowed, as numpy has them:
            `"f"` for floats.

    Returns:
        A numpy array.

    Raises:
        KeyError: If there is no such array.
        ValueError: If it has another shape or dtype, told before it is read.
        zipfile.BadZipFile: If the file is no `.npz`.
    """
    with zipfile.ZipFile(path) as archive:
        _check_header(archive, name, shape, kinds)
        with archive.open(f"{name}.npy") as file:
            return np.lib.format.read_array(file, allow_pickle=False)


def check_array(path, name, shape, kinds):
    """Returns shape and dtype, or raises as `read_array` does.

    No more than the header is read.
    """
    with zipfile.ZipFile(path) as archive:
        return _check_header(archive, name, shape, kinds)


def _check_header(archive, name, wanted, kinds):
    with archive.open(f"{name}.npy") as file:
        version = np.lib.format.read_magic(file)
        if version not in HEADERS:
            raise ValueError(
                f"The array '{name}' must be in a format of {sorted(HEADERS)}. "
                f"Received: version={version}"
            )
        shape, _, dtype = HEADERS[version](file)
        size = file.tell() + math.prod(shape) * dtype.itemsize
    fits = len(shape) == len(wanted) and all(
        want in (None, length) for length, want in zip(shape, wanted)
    )
    held = archive.getinfo(f"{name}.npy").file_size
    if not fits or dtype.kind not in kinds or held != size:
        raise ValueError(
            f"The array '{name}' must have shape {tuple(wanted)} and a dtype "
            f"of kind {' or '.join(map(repr, kinds))}. Received: "
            f"shape={shape}, dtype={dtype} in {held} bytes"
        )
    return shape, dtype
