"""The pool of images against the loop of the paper's code."""

import numpy as np
import pytest
from keras import ops

from keras_generative.training.image_pool import ImagePool

SIZE = 5


def numbered(first, count):
    """Images that each hold their number."""
    images = np.arange(first, first + count, dtype="float32")
    return images.reshape(-1, 1, 1, 1) * np.ones((1, 2, 2, 1), "float32")


def exchange(pool, images, noise):
    noise = np.asarray(noise, "float32").reshape(-1, 2)
    return ops.convert_to_numpy(pool.exchange(images, noise))


def by_hand(pool, images, noise):
    """Image by image, as with batches of one."""
    shown = []
    for image, (place, coin) in zip(images, noise):
        place = int(place * SIZE)
        if len(pool) < SIZE:
            pool.append(image)
            shown.append(image)
        elif coin < 0.5:
            shown.append(pool[place])
            pool[place] = image
        else:
            shown.append(image)
    return np.array(shown)


def test_one_by_one_as_by_hand():
    pool, expected = ImagePool(SIZE, (2, 2, 1)), []
    noise = np.random.default_rng(0).uniform(size=(60, 1, 2))
    for number, row in enumerate(noise):
        images = numbered(number, 1)
        np.testing.assert_array_equal(
            exchange(pool, images, row), by_hand(expected, images, row)
        )
        assert int(pool.count) == min(number + 1, SIZE)
    np.testing.assert_array_equal(pool.images, expected)


def test_batches():
    pool = ImagePool(SIZE, (2, 2, 1))
    # Filled by two batches; what is left over of the second is not stored.
    for first in (0, 3):
        images = numbered(first, 3)
        shown = exchange(pool, images, np.zeros((3, 2)))
        np.testing.assert_array_equal(shown, images)
    np.testing.assert_array_equal(pool.images, numbered(0, SIZE))
    noise = [[0.0, 0.9], [0.5, 0.1], [0.99, 0.4]]
    shown = exchange(pool, numbered(10, 3), noise)
    np.testing.assert_array_equal(shown[:, 0, 0, 0], [10, 2, 4])
    stored = ops.convert_to_numpy(pool.images)[:, 0, 0, 0]
    np.testing.assert_array_equal(stored, [0, 1, 11, 3, 12])


def test_the_last_of_a_batch_keeps_a_place():
    pool = ImagePool(SIZE, (2, 2, 1))
    exchange(pool, numbered(0, SIZE), np.zeros((SIZE, 2)))
    shown = exchange(pool, numbered(10, 3), [[0.3, 0.0]] * 3)
    np.testing.assert_array_equal(shown[:, 0, 0, 0], [1, 1, 1])
    stored = ops.convert_to_numpy(pool.images)[:, 0, 0, 0]
    np.testing.assert_array_equal(stored, [0, 12, 2, 3, 4])


@pytest.mark.parametrize("count", [4, 7])
def test_a_batch_larger_than_the_pool(count):
    pool = ImagePool(3, (2, 2, 1))
    for first in (0, 10):
        shown = exchange(pool, numbered(first, count), np.zeros((count, 2)))
    np.testing.assert_array_equal(shown, np.zeros_like(shown))
    stored = ops.convert_to_numpy(pool.images)[:, 0, 0, 0]
    np.testing.assert_array_equal(stored, [9 + count, 1, 2])
