import keras
import numpy as np
import pytest

from keras_generative.utils.batches import check_samples
from keras_generative.utils.batches import count_samples
from keras_generative.utils.batches import first_batch
from keras_generative.utils.batches import peek
from keras_generative.utils.batches import shape_of
from keras_generative.utils.batches import split_batch
from tests.test_case import make_images


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return make_images(8), np.zeros(8)


@pytest.mark.parametrize(
    "data",
    [
        make_images(),
        (make_images(), np.zeros(20)),
        {"image": make_images(), "label": np.zeros(20)},
        Batches(),
    ],
)
def test_first_batch(data):
    batch = first_batch(data)
    x, y, sample_weight = split_batch(batch)
    assert shape_of(x)[1:] == (4, 4, 1)
    assert x.dtype == "float32"
    assert y is None or len(y) == len(x)
    assert sample_weight is None


@pytest.mark.parametrize(
    "data, count",
    [
        (make_images(), 20),
        ((make_images(), np.zeros(20)), 20),
        ({"image": make_images(7)}, 7),
        (Batches(), 0),
    ],
)
def test_count(data, count):
    assert count_samples(data) == count


def test_peek_loses_nothing():
    batches = (np.full((1,), i) for i in range(3))
    first, rest = peek(batches)
    assert first == 0
    assert [int(batch[0][0]) for batch in rest] == [0, 1, 2]
    array = make_images()
    assert all(part is array for part in peek(array))


def test_peek_at_nothing():
    with pytest.raises(ValueError, match="empty"):
        peek(batch for batch in [])


def test_check_samples():
    check_samples((None, 4, 1), "float16", (4, 4, 1))
    with pytest.raises(ValueError, match="must be float.*uint8"):
        check_samples((4, 4, 1), np.dtype("uint8"), (4, 4, 1))
    with pytest.raises(ValueError, match=r"\(4, 4, 1\).*shape=\(4, 4\)"):
        check_samples((4, 4), "float32", (4, 4, 1))
    with pytest.raises(ValueError, match=r"\(4, 4, 1\).*shape=\(4, 5, 1\)"):
        check_samples((4, 5, 1), "float32", (4, 4, 1))
