import numpy as np
import pytest

from keras_generative.visualization import error_grid
from keras_generative.visualization import image_grid
from keras_generative.visualization import reconstruction_grid
from keras_generative.visualization.grids import BACKGROUND
from keras_generative.visualization.grids import PADDING
from keras_generative.visualization.grids import PAIR_GAP

SIDE = 56


def constant_images(values, size=SIDE, channels=1):
    values = np.asarray(values, "float32").reshape(-1, 1, 1, 1)
    return np.broadcast_to(values, (len(values), size, size, channels))


def cell(picture, row, column, side=SIDE, offset=0):
    y = PADDING + row * (side + PADDING) + offset
    x = PADDING + column * (side + PADDING)
    return picture[y : y + side, x : x + side]


class TestImageGrid:
    def test_every_pixel(self):
        picture = image_grid(constant_images([0.0, 0.2, 1.0]))
        side = 2 * SIDE + 3 * PADDING
        expected = np.full((side, side, 3), BACKGROUND)
        cell(expected, 0, 0)[:] = 0
        cell(expected, 0, 1)[:] = 51
        cell(expected, 1, 0)[:] = 255
        assert picture.dtype == "uint8"
        np.testing.assert_array_equal(picture, expected)

    def test_value_range_is_clipped_and_rounded(self):
        images = constant_images([-3.0, -1.0, 0.0, 0.5, 1.0, 3.0, np.nan])
        picture = image_grid(images, columns=7, value_range=(-1, 1))
        values = [cell(picture, 0, i)[0, 0, 0] for i in range(7)]
        assert values == [0, 0, 128, 191, 255, 255, 0]

    @pytest.mark.filterwarnings("error")
    def test_infinity_is_clipped(self):
        images = constant_images([-np.inf, np.inf])
        picture = image_grid(images, columns=2, value_range=(0.0, 0.01))
        values = [cell(picture, 0, i)[0, 0, 0] for i in range(2)]
        assert values == [0, 255]

    def test_colours_are_kept(self):
        image = np.zeros((1, SIDE, SIDE, 3), "float32")
        image[..., 1] = 1.0
        np.testing.assert_array_equal(
            cell(image_grid(image), 0, 0)[3, 5], [0, 255, 0]
        )

    def test_small_images_are_enlarged(self):
        images = np.random.default_rng(0).random((1, 28, 20, 1), "float32")
        picture = image_grid(images)
        assert picture.shape == (56 + 2 * PADDING, 40 + 2 * PADDING, 3)
        inner = picture[PADDING:-PADDING, PADDING:-PADDING]
        np.testing.assert_array_equal(
            inner[1::2, ::2, 0], np.round(images[0, ..., 0] * 255)
        )
        np.testing.assert_array_equal(inner[::2], inner[1::2])

    @pytest.mark.parametrize(
        "count, columns, shape",
        [(1, None, (1, 1)), (5, None, (2, 3)), (64, None, (8, 8))]
        + [(7, 3, (3, 3)), (3, 10, (1, 3))],
    )
    def test_rows_and_columns(self, count, columns, shape):
        picture = image_grid(constant_images([0.5] * count), columns)
        expected = [n * (SIDE + PADDING) + PADDING for n in shape]
        assert list(picture.shape[:2]) == expected

    def test_images_are_left_alone(self):
        images = np.full((1, 4, 4, 1), 7.0, "float32")
        image_grid(images)
        assert (images == 7.0).all()

    @pytest.mark.parametrize(
        "images",
        [
            np.zeros((4, 8, 8)),
            np.zeros((0, 8, 8, 1)),
            np.zeros((4, 8, 8, 2)),
            np.zeros((4, 8, 8, 1), "uint8"),
        ],
    )
    def test_wrong_images(self, images):
        with pytest.raises(ValueError, match="`images`.*Received: images of"):
            image_grid(images)

    def test_wrong_arguments(self):
        images = constant_images([0.5])
        with pytest.raises(ValueError, match="Received: columns=0"):
            image_grid(images, columns=0)
        with pytest.raises(ValueError, match="Received: value_range="):
            image_grid(images, value_range=(1, 0))


def dark_parts(picture):
    """Where rows and columns of a picture hold text: two masks."""
    is_dark = (picture < 128).all(axis=-1)
    return is_dark.any(axis=1), is_dark.any(axis=0)


class TestNames:
    """The images are white, so that only names are dark."""

    images = constant_images([1.0] * 6)
    plain = image_grid(images, 3)

    def test_names_of_rows_are_before_them(self):
        picture = image_grid(self.images, 3, row_names=["one", "two"])
        added = picture.shape[1] - self.plain.shape[1]
        assert picture.shape[0] == self.plain.shape[0] and added > 20
        np.testing.assert_array_equal(
            image_grid(0 * self.images, 3, row_names=["a", "b"])[:, -174:],
            image_grid(0 * self.images, 3)[:, -174:],
        )
        rows, columns = dark_parts(picture)
        assert not columns[added:].any() and not columns[:4].any()
        for row in (0, 1):
            (text,) = np.nonzero(dark_parts(cell(picture, row, 0))[0])
            assert (text.min() + text.max()) / 2 == pytest.approx(28, abs=5)
        assert not rows[PADDING + SIDE : PADDING + SIDE + 10].any()

    def test_each_row_has_its_name(self):
        one, two = (
            image_grid(self.images, 3, row_names=names)
            for names in (["one", "two"], ["two", "one"])
        )
        length = SIDE + PADDING
        np.testing.assert_array_equal(one[2:60], two[60:118])
        np.testing.assert_array_equal(one[60:118], two[2:60])
        assert (one[2 : 2 + length] != two[2 : 2 + length]).any()

    def test_names_of_columns_are_above_and_in_the_middle(self):
        picture = image_grid(self.images, 3, column_names=[1, "two", 3.5])
        added = picture.shape[0] - self.plain.shape[0]
        assert picture.shape[1] == self.plain.shape[1] and 10 < added < 30
        np.testing.assert_array_equal(picture[-100:], self.plain[-100:])
        rows, _ = dark_parts(picture)
        assert rows[:added].any() and not rows[added:].any()
        for column in range(3):
            x = PADDING + column * (SIDE + PADDING)
            _, columns = dark_parts(picture[:, x : x + SIDE])
            (text,) = np.nonzero(columns)
            assert (text.min() + text.max()) / 2 == pytest.approx(28, abs=3)

    def test_wide_names_of_columns_stand_upright(self):
        names = ["automobile", "i", "automobile of mine"]
        picture = image_grid(self.images, 3, column_names=names)
        assert picture.shape[1] == self.plain.shape[1]
        heights = []
        for column in range(3):
            x = PADDING + column * (SIDE + PADDING)
            rows, columns = dark_parts(picture[:, x : x + SIDE])
            assert columns.sum() <= 16
            heights.append(rows.argmax())
        # All begin at the columns, and the longest is the highest.
        assert heights[1] > heights[0] > heights[2] > 0

    def test_with_both_the_corner_is_empty(self):
        names = {"row_names": ["a", "b"], "column_names": ["x", "y", "z"]}
        picture = image_grid(self.images, 3, **names)
        beside = image_grid(self.images, 3, row_names=["a", "b"])
        height = picture.shape[0] - beside.shape[0]
        np.testing.assert_array_equal(picture[height + 2 :], beside[2:])
        width = beside.shape[1] - self.plain.shape[1]
        assert (picture[: height + 2, : width + 2] == BACKGROUND).all()

    def test_long_names_are_cut(self):
        short, long, longer = (
            image_grid(self.images, 3, row_names=["a", "b" * n])
            for n in (1, 100, 1000)
        )
        assert short.shape[1] < long.shape[1] < short.shape[1] + 220
        np.testing.assert_array_equal(long, longer)

    def test_line_breaks_are_spaces(self):
        np.testing.assert_array_equal(
            image_grid(self.images, 3, row_names=["a b", "c"]),
            image_grid(self.images, 3, row_names=["a\nb", "c"]),
        )

    def test_rows_of_reconstructions(self):
        images = constant_images([1.0] * 12)
        names = ["original", "made"]
        picture = reconstruction_grid(images, images, row_names=names)
        plain = reconstruction_grid(images, images)
        added = picture.shape[1] - plain.shape[1]
        np.testing.assert_array_equal(picture[:, added + 2 :], plain[:, 2:])
        # Both pairs have them.
        length = 2 * (SIDE + PADDING)
        second = PADDING + length + PAIR_GAP
        first_names = picture[PADDING : PADDING + length, :added]
        second_names = picture[second : second + length, :added]
        assert dark_parts(first_names)[0].any()
        np.testing.assert_array_equal(first_names, second_names)

    def test_rows_of_errors(self):
        images = constant_images([1.0] * 3)
        names = ["a", "b", "c"]
        np.testing.assert_array_equal(
            error_grid(images, 0 * images, row_names=names),
            image_grid(
                np.concatenate([images, 0 * images, images]), 3, row_names=names
            ),
        )

    @pytest.mark.parametrize("names", [["a"], ["a"] * 4, "abc", 3, [["a"]] * 3])
    def test_wrong_names(self, names):
        with pytest.raises(ValueError, match="here 2. Received: row_names="):
            image_grid(self.images, 3, row_names=names)
        with pytest.raises(ValueError, match="here 3. Received: column_names="):
            image_grid(self.images, 3, column_names=names)
        with pytest.raises(ValueError, match="here 2. Received: row_names="):
            reconstruction_grid(self.images, self.images, row_names=names)


class TestReconstructionGrid:
    def test_inputs_above_reconstructions(self):
        inputs = constant_images([0.0, 0.2, 0.4])
        picture = reconstruction_grid(inputs, inputs + 0.4)
        expected = image_grid(np.concatenate([inputs, inputs + 0.4]), columns=3)
        np.testing.assert_array_equal(picture, expected)

    def test_pairs_of_rows_wrap(self):
        inputs = constant_images(np.arange(12) / 51)
        picture = reconstruction_grid(inputs, inputs + 0.4)
        assert picture.shape[:2] == (
            4 * (SIDE + PADDING) + PAIR_GAP + PADDING,
            10 * (SIDE + PADDING) + PADDING,
        )
        second = dict(offset=PAIR_GAP)
        assert (cell(picture, 2, 1, **second) == 55).all()
        assert (cell(picture, 3, 1, **second) == 55 + 102).all()
        assert (cell(picture, 2, 2, **second) == BACKGROUND).all()
        gap = PADDING + 2 * (SIDE + PADDING)
        assert (picture[gap : gap + PAIR_GAP] == BACKGROUND).all()

    def test_different_shapes(self):
        with pytest.raises(ValueError, match="same shape. Received: inputs"):
            reconstruction_grid(constant_images([0, 1]), constant_images([0]))


class TestErrorGrid:
    def test_three_rows(self):
        inputs = constant_images([0.0, 0.2, 1.0])
        other = constant_images([0.4, 0.0, 1.0])
        rows = [inputs, other, constant_images([0.4, 0.2, 0.0])]
        np.testing.assert_array_equal(
            error_grid(inputs, other),
            image_grid(np.concatenate(rows), columns=3),
        )
        # The same images, in another range.
        np.testing.assert_array_equal(
            error_grid(2 * inputs - 1, 2 * other - 1, (-1, 1)),
            error_grid(inputs, other),
        )

    def test_faults(self):
        images = constant_images([0.5])
        with pytest.raises(ValueError, match="same shape. Received: inputs"):
            error_grid(images, images[:, :2])
        with pytest.raises(ValueError, match="Received: value_range="):
            error_grid(images, images, value_range=(1, 0))


def test_images_of_unequal_lengths():
    with pytest.raises(ValueError, match="`images`.*Received: images="):
        image_grid([[1], [1, 2]])
