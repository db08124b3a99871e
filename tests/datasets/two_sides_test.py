"""Batches of two sides, as pairs and as none."""

import pickle

import numpy as np
import pytest

from keras_generative.datasets import ImageFolder
from keras_generative.datasets import PairedBatches
from keras_generative.datasets import ShuffledBatches
from keras_generative.datasets import SideBySideFolder
from keras_generative.datasets import UnpairedBatches
from tests.datasets.folder_test import save

SIZE = (4, 4)


def grey(*values):
    """uint8 images that each are of one value."""
    array = np.array(values, "uint8").reshape(-1, 1, 1, 1)
    return np.broadcast_to(array, (len(values), *SIZE, 1))


@pytest.fixture
def folders(tmp_path):
    """Folders `a` and `b` of images that hold their number, and 100 more."""
    for number in range(5):
        for name, first in {"a": 0, "b": 100}.items():
            suffix = "png" if name == "a" else "bmp"
            path = tmp_path / f"{name}/part/{number}.{suffix}"
            save(path, np.full(SIZE, first + number, "uint8"))
    return tmp_path / "a", tmp_path / "b"


def stream(path, **arguments):
    arguments = {"value_range": (0, 255), "color_mode": "grayscale"} | arguments
    return ImageFolder(path, SIZE, **arguments)


def values(batches, epoch=0):
    """The values of an epoch's images on both sides."""
    batches.set_epoch(epoch)
    sides = zip(*(batches[i] for i in range(len(batches))))
    return [np.concatenate(x)[:, 0, 0, 0].round().astype(int) for x in sides]


def test_each_domain_is_shuffled_by_itself():
    a, b = grey(*range(20)), grey(*range(20))
    batches = UnpairedBatches(a, b, batch_size=8, seed=3)
    assert [len(batches[i][0]) for i in range(len(batches))] == [8, 8, 4]
    epochs = [values(batches, epoch) for epoch in (0, 1, 0)]
    for epoch in epochs:
        assert [sorted(side) for side in epoch] == [[*range(20)]] * 2
        assert (epoch[0] != epoch[1]).any()
    for first, second, again in zip(*epochs):
        assert (first != second).any()
        np.testing.assert_array_equal(first, again)
    other = values(UnpairedBatches(a, b, seed=4))
    assert (other[0] != epochs[0][0]).any()


@pytest.mark.parametrize("swapped", [False, True])
def test_an_epoch_is_as_long_as_the_larger_domain(swapped):
    sides = [grey(*range(10)), grey(*range(3))]
    if swapped:
        sides.reverse()
    batches = UnpairedBatches(*sides, batch_size=4)
    assert len(batches) == 3
    large, small = values(batches, 5)[:: -1 if swapped else 1]
    assert sorted(large) == [*range(10)]
    assert len(small) == 10
    # All of the smaller one, then all of it again in another order.
    rounds = [tuple(small[i : i + 3]) for i in (0, 3, 6)]
    assert [sorted(part) for part in rounds] == [[0, 1, 2]] * 3
    assert len(set(rounds)) > 1
    assert all(len(x) == len(y) for x, y in (batches[i] for i in range(3)))


def test_in_order():
    for kind in (UnpairedBatches, PairedBatches):
        batches = kind(grey(1, 2, 3), grey(4, 5, 6), shuffle=False)
        for epoch in range(2):
            a, b = values(batches, epoch)
            np.testing.assert_array_equal([a, b], [[1, 2, 3], [4, 5, 6]])


def test_pairs_stay_together():
    batches = PairedBatches(grey(*range(20)), grey(*range(100, 120)), 8)
    epochs = [values(batches, epoch) for epoch in range(2)]
    for a, b in epochs:
        assert sorted(a) == [*range(20)]
        np.testing.assert_array_equal(a + 100, b)
    assert (epochs[0][0] != epochs[1][0]).any()


def test_arrays_are_scaled():
    for kind in (UnpairedBatches, PairedBatches):
        batches = kind(grey(0, 255), grey(0, 255), value_range=(-1, 1))
        for images in batches[0]:
            assert images.dtype == "float32"
            assert sorted(images[:, 0, 0, 0]) == [-1, 1]


def test_folders(folders):
    a, b = (stream(folder, batch_size=50, seed=7) for folder in folders)
    pairs = values(PairedBatches(a, b, batch_size=2))
    np.testing.assert_array_equal(pairs[0] + 100, pairs[1])
    few = ShuffledBatches(grey(1, 2), np.arange(2))
    batches = UnpairedBatches(a, few, batch_size=2)
    large, small = values(batches)
    assert sorted(large) == [*range(5)]
    assert set(small) == {1, 2}
    # Those that were given are as they were.
    assert (a.batch_size, a.seed, len(a)) == (50, 7, 1)
    assert len(few[0][0]) == 2


def test_workers_get_copies(folders):
    batches = UnpairedBatches(*map(stream, folders), batch_size=2)
    copy = pickle.loads(pickle.dumps(batches))
    np.testing.assert_array_equal(values(copy), values(batches))


def test_two_halves_of_a_file(tmp_path):
    for number in range(3):
        half = np.full(SIZE, number, "uint8")
        save(tmp_path / f"f/train/{number}.png", np.hstack([half, 9 + half]))
    arguments = {"value_range": (0, 255), "color_mode": "grayscale"}
    folder = tmp_path / "f"
    for side, difference in {"left": 9, "right": -9}.items():
        batches = SideBySideFolder(
            folder, SIZE, batch_size=2, source_side=side, **arguments
        )
        assert batches[0][0].shape == (2, *SIZE, 1)
        sources, targets = values(batches)
        np.testing.assert_array_equal(sources + difference, targets)


def test_classes_of_halves_are_left_out(tmp_path):
    for name in ("cats", "dogs"):
        save(tmp_path / f"f/{name}/1.png", np.zeros((4, 8), "uint8"))
    batches = SideBySideFolder(tmp_path / "f", 4)
    assert batches.labels is None
    assert [x.shape for x in batches[0]] == [(2, 4, 4, 3)] * 2


def other_names(a, b):
    (b / "part/3.bmp").rename(b / "part/30.bmp")
    return stream(a), stream(b)


BAD_PAIRS = {
    "one target for each source.*5 sources and 2": lambda a, b: (
        stream(a),
        grey(1, 2),
    ),
    "same names.*'part/3'": other_names,
    "skip_unreadable=False": lambda a, b: (
        stream(a, skip_unreadable=True),
        stream(b),
    ),
}


@pytest.mark.parametrize("message", BAD_PAIRS)
def test_what_is_no_pairs(message, folders):
    with pytest.raises(ValueError, match=f"{message}.*"):
        PairedBatches(*BAD_PAIRS[message](*folders))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"batch_size": 0}, "`batch_size`"),
        ({"seed": -1}, "`seed`"),
        ({"shuffle": "no"}, "`shuffle`"),
        ({"value_range": (1, 0)}, "`value_range`"),
    ],
)
@pytest.mark.parametrize("kind", [UnpairedBatches, PairedBatches])
def test_bad_arguments(kind, arguments, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        kind(grey(1, 2), grey(1, 2), **arguments)


@pytest.mark.parametrize("kind", [UnpairedBatches, PairedBatches])
def test_an_empty_side(kind):
    with pytest.raises(ValueError, match="at least one row.*Received"):
        kind(grey(1, 2), grey())


def test_bad_halves(tmp_path):
    with pytest.raises(ValueError, match="`source_side`.*Received"):
        SideBySideFolder(tmp_path, SIZE, source_side="top")
