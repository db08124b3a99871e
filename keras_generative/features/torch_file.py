"""Weights in torch's files, read without torch and without running code."""

import collections
import io
import pickle
import zipfile

import numpy as np

DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
}
PREAMBLE = 3  # A magic number, a version and the sizes of C types.


def read_torch_file(path):
    """The arrays of a state dict that `torch.save` wrote, in either format.

    Args:
        path: String or path of a local file.

    Returns:
        Dict of name to numpy array.

    Raises:
        ValueError: If the file is nothing of the kind. Nothing that it may
            ask for is run.
    """
    try:
        if zipfile.is_zipfile(path):
            return _read_zip(path)
        with open(path, "rb") as file:
            return _read_stream(file)
    except Exception as error:
        raise ValueError(
            "A file of weights must be a state dict of tensors that torch has "
            f"saved. Received: {str(path)!r}, which could not be read: {error}"
        ) from error


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        (root,) = (n[: -len("data.pkl")] for n in names if "data.pkl" in n)

        def storage(dtype, key):
            return _Storage(dtype, archive.read(f"{root}data/{key}"))

        pickled = io.BytesIO(archive.read(f"{root}data.pkl"))
        tensors = _Unpickler(pickled, storage).load()
        return {name: tensor.array() for name, tensor in tensors.items()}


def _read_stream(file):
    """The format from before torch 1.6: the numbers follow the objects."""
    storages = {}

    def storage(dtype, key):
        return storages.setdefault(key, _Storage(dtype))

    for _ in range(PREAMBLE):
        _Unpickler(file, storage).load()
    tensors = _Unpickler(file, storage).load()
    for key in _Unpickler(file, storage).load():
        size = int.from_bytes(file.read(8), "little")
        storages[key].bytes = file.read(size * storages[key].dtype.itemsize)
    return {name: tensor.array() for name, tensor in tensors.items()}


class _Storage:
    """Numbers of tensors, which may be read later."""

    def __init__(self, dtype, numbers=b""):
        self.dtype = np.dtype(dtype)
        self.bytes = numbers


class _Tensor:
    """A view of a storage."""

    def __init__(self, storage, offset, shape, strides, *_):
        self.storage, self.offset = storage, offset
        self.shape, self.strides = shape, strides

    def array(self):
        dtype = self.storage.dtype
        # Unlike `as_strided`, this sees that the storage is large enough.
        return np.ndarray(
            self.shape,
            dtype,
            self.storage.bytes,
            self.offset * dtype.itemsize,
            [step * dtype.itemsize for step in self.strides],
        ).copy()


class _Unpickler(pickle.Unpickler):
    """Knows tensors and dicts, and refuses whatever else."""

    def __init__(self, file, storage):
        super().__init__(file)
        self.storage = storage

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, key):
        _, dtype, key, *_ = key
        return self.storage(dtype, key)
