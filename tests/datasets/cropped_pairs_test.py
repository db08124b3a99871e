import numpy as np
import pytest

from keras_generative.datasets import CroppedPairs
from keras_generative.datasets import PairedBatches
from keras_generative.datasets import ShuffledBatches


def pairs(count=12, height=5, width=7):
    """Each pixel has a number, and 1000 more on the other side."""
    sources = np.arange(count * height * width, dtype="float32")
    sources = sources.reshape(count, height, width, 1)
    targets = np.concatenate([1000 + sources] * 3, axis=-1)
    return PairedBatches(sources, targets, batch_size=5, shuffle=False)


def epoch_of(batches, epoch):
    batches.set_epoch(epoch)
    parts = zip(*(batches[i] for i in range(len(batches))))
    return [np.concatenate(part) for part in parts]


@pytest.mark.parametrize("flip", [True, False])
def test_both_sides_are_cut_alike(flip):
    batches = CroppedPairs(pairs(), (3, 4), flip=flip)
    mirrored, corners = set(), set()
    for epoch in range(8):
        sources, targets = epoch_of(batches, epoch)
        assert sources.shape == (12, 3, 4, 1)
        assert targets.shape == (12, 3, 4, 3)
        np.testing.assert_array_equal(np.repeat(sources, 3, -1) + 1000, targets)
        for number, image in enumerate(sources[..., 0]):
            mirrored.add(bool(image[0, 0] > image[0, 1]))
            image = np.sort(image, axis=1)
            top, left = divmod(int(image[0, 0]) - 35 * number, 7)
            corners.add((top, left))
            expected = 35 * number + 7 * top + left
            expected += 7 * np.arange(3)[:, None] + np.arange(4)
            np.testing.assert_array_equal(image, expected)
    assert mirrored == ({True, False} if flip else {False})
    assert corners == {(top, left) for top in range(3) for left in range(4)}


def test_the_seed_and_the_epoch_say_what_is_cut_out():
    def drawn(seed, epoch):
        return epoch_of(CroppedPairs(pairs(), (3, 4), seed=seed), epoch)[0]

    np.testing.assert_array_equal(drawn(1, 2), drawn(1, 2))
    assert (drawn(1, 2) != drawn(1, 3)).any()
    assert (drawn(1, 2) != drawn(2, 2)).any()


def test_the_order_is_that_of_the_pairs():
    images = np.zeros((6, 4, 4, 1)) + np.arange(6).reshape(-1, 1, 1, 1)
    shuffled = PairedBatches(images, images, batch_size=4, seed=2)
    sources, _ = epoch_of(CroppedPairs(shuffled, (2, 2)), 3)
    expected, _ = epoch_of(PairedBatches(images, images, seed=2), 3)
    np.testing.assert_array_equal(sources[:, 0, 0], expected[:, 0, 0])


@pytest.mark.parametrize(
    "make, size, message",
    [
        (lambda: np.zeros((2, 4, 4, 1)), 2, "must be a `keras.utils.PyDataset"),
        (pairs, (6, 4), r"one size, at least \(6, 4\)"),
        (
            lambda: ShuffledBatches(np.zeros((2, 4, 4, 1))),
            2,
            "sources, targets",
        ),
        (
            lambda: PairedBatches(
                np.zeros((2, 4, 4, 1)), np.zeros((2, 8, 8, 1))
            ),
            2,
            "of one size",
        ),
        (pairs, (0, 1), "`image_size`"),
    ],
)
def test_bad_arguments(make, size, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        CroppedPairs(make(), size)
