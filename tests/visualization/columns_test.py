import numpy as np
import pytest

from keras_generative.visualization import image_columns
from keras_generative.visualization import image_grid


def images(count, height=4, width=4, channels=1, seed=0):
    generator = np.random.default_rng(seed)
    return generator.random((count, height, width, channels), "float32")


def test_columns_of_one_size_are_a_grid():
    first, second = images(3), images(3, seed=1)
    pairs = np.stack([first, second], axis=1).reshape(-1, 4, 4, 1)
    for names in (None, ["in", "out"]):
        np.testing.assert_array_equal(
            image_columns([first, second], column_names=names),
            image_grid(pairs, columns=2, column_names=names),
        )


def test_each_column_has_its_range():
    first, second = images(2), images(2, seed=1)
    np.testing.assert_array_equal(
        image_columns([10 * first - 5, second], [(-5, 5), (0, 1)]),
        image_columns([first, second]),
    )


def test_other_sizes_and_channels_are_centred():
    """Of 112 pixels and one of 64, which is not enlarged."""
    large, small = np.zeros((2, 112, 112, 3)), np.zeros((2, 64, 64, 1))
    picture = image_columns([large, small])
    assert picture.shape == (2 * 114 + 2, 2 * 114 + 2, 3)
    first = picture[2:114]
    assert (first[:, 2:114] == 0).all()
    cell = first[:, 116:228]
    assert (cell[24:88, 24:88] == 0).all()
    assert (cell[:24] == 255).all() and (cell[:, 88:] == 255).all()


def test_small_images_are_enlarged_to_the_same_size():
    half = images(2, 28, 28)
    whole = half.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(
        image_columns([half, whole]), image_columns([whole, whole])
    )


@pytest.mark.parametrize(
    "columns, message",
    [
        ([images(2), images(3)], r"as many images each.*\[2, 3\]"),
        ([images(2), np.zeros((2, 4, 4, 2))], "1 or 3 channels"),
        ([], "as many images"),
    ],
)
def test_bad_columns(columns, message):
    with pytest.raises(ValueError, match=f"{message}"):
        image_columns(columns)


def test_bad_names():
    with pytest.raises(ValueError, match="`column_names`.*here 2.*Received"):
        image_columns([images(2), images(2)], column_names=["in"])
