import tracemalloc
import zipfile

import numpy as np
import pytest

from keras_generative.utils.array_file import array_names
from keras_generative.utils.array_file import check_array
from keras_generative.utils.array_file import read_array

MEAN = np.arange(3.0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, mean=MEAN, rows=np.ones((2, 3), "float16"))
    return path


def peak_of(function, *args):
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_array_comes_back(path):
    assert array_names(path) == ["mean", "rows"]
    np.testing.assert_array_equal(read_array(path, "mean", (3,), "f"), MEAN)
    rows = read_array(path, "rows", (None, 3), "f")
    assert rows.dtype == "float16"
    np.testing.assert_array_equal(rows, np.ones((2, 3)))
    with pytest.raises(KeyError):
        read_array(path, "columns", (3,), "f")


def test_what_is_not_asked_for_is_not_unpacked(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez_compressed(path, mean=MEAN, large=np.zeros((50, 2**17)))
    assert path.stat().st_size < 100_000
    assert peak_of(read_array, path, "mean", (3,), "f") < 2**20
    # 50 MB, of the wrong shape.
    for read in (read_array, check_array):
        with pytest.raises(ValueError, match=r"'large' must have shape \(3,\)"):
            read(path, "large", (3,), "f")

    def refused():
        with pytest.raises(ValueError, match="a dtype of kind 'i'"):
            read_array(path, "large", (50, None), "i")

    assert peak_of(refused) < 2**20


def test_pickles_are_refused_from_the_header(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, x=np.array([{}], dtype=object))
    for kinds in ("f", "O"):
        with pytest.raises(ValueError, match="must have shape"):
            read_array(path, "x", (1,), kinds)


def test_a_header_that_promises_more_than_there_is(path):
    with zipfile.ZipFile(path) as archive:
        content = archive.read("mean.npy")
    content = content.replace(b"(3,), }        ", b"(10000000000,),}", 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mean.npy", content)
    with pytest.raises(ValueError, match="shape=.*10000000000"):
        read_array(path, "mean", (None,), "f")
