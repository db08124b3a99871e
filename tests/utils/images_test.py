import keras
import numpy as np
import pytest

from keras_generative.utils.images import check_images
from keras_generative.utils.images import image_spec
from keras_generative.utils.images import peek
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
        Batches(),
    ],
)
def test_spec(data):
    shape, dtype = image_spec(data)
    assert tuple(shape) == (4, 4, 1)
    assert dtype == "float32"


@pytest.mark.parametrize("data", [iter([]), object(), (), None])
def test_spec_of_the_unknown(data):
    assert image_spec(data) == (None, None)


def test_peek_loses_nothing():
    batches = (np.full((1,), i) for i in range(3))
    first, rest = peek(batches)
    assert first == 0
    assert [int(batch[0]) for batch in rest] == [0, 1, 2]
    array = make_images()
    assert all(part is array for part in peek(array))


def test_peek_at_nothing():
    with pytest.raises(ValueError, match="empty"):
        peek(batch for batch in [])


def test_check_images():
    check_images((None, 4, 1), "float16", (4, 4, 1))
    with pytest.raises(ValueError, match="must be float.*uint8"):
        check_images((4, 4, 1), np.dtype("uint8"), (4, 4, 1))
    with pytest.raises(ValueError, match=r"\(4, 4, 1\).*shape=\(4, 4\)"):
        check_images((4, 4), "float32", (4, 4, 1))
    with pytest.raises(ValueError, match=r"\(4, 4, 1\).*shape=\(4, 5, 1\)"):
        check_images((4, 5, 1), "float32", (4, 4, 1))
