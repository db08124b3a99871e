import sys

import numpy as np
import pytest

from keras_generative.visualization import image_grid
from keras_generative.visualization import latent_manifold_points
from keras_generative.visualization import latent_scatter
from keras_generative.visualization.labels import read_labels
from keras_generative.visualization.projection import principal_components
from keras_generative.visualization.projection import to_plane

BLUE, ORANGE = (31, 119, 180), (255, 127, 14)  # The first two of tab10.


def count_colour(picture, colour, alpha=0.6):
    blended = np.round(alpha * np.array(colour) + (1 - alpha) * 255)
    return (np.abs(picture - blended) <= 2).all(axis=-1).sum()


class TestLatentScatter:
    @pytest.mark.parametrize("latent_dim", [1, 2, 5])
    def test_picture(self, latent_dim):
        z = np.random.default_rng(0).normal(size=(50, latent_dim))
        picture = latent_scatter(z, np.arange(50) % 3)
        assert picture.shape == (640, 750, 3) and picture.dtype == "uint8"
        assert pyplot_was_not_used()

    def test_a_colour_for_each_class(self):
        z = np.array([[0.0, 0.0], [1.0, 1.0]])
        plain = latent_scatter(z)
        assert count_colour(plain, BLUE) and not count_colour(plain, ORANGE)
        both = latent_scatter(z, [3, 7])
        assert count_colour(both, BLUE) == count_colour(both, ORANGE) > 0
        column = latent_scatter(z, np.array([[3], [7]]))
        np.testing.assert_array_equal(both, column)

    def test_points_that_are_not_finite_are_left_out(self):
        z = np.array([[0.0, 0.0], [1.0, 1.0], [np.nan, 0.0], [0.0, -np.inf]])
        np.testing.assert_array_equal(latent_scatter(z), latent_scatter(z[:2]))

    def test_a_class_that_is_left_out_keeps_its_colour(self):
        z = np.array([[np.nan, 0.0], [1.0, 1.0]])
        picture = latent_scatter(z, [0, 1])
        # A few blue pixels are the edge of the dot in the legend.
        assert count_colour(picture, ORANGE) > 10
        assert count_colour(picture, BLUE) < 10

    @pytest.mark.parametrize("count", [1, 10, 11, 20])
    def test_classes_have_different_colours(self, count):
        colours = read_labels(np.arange(count), count).colors()
        assert len(np.unique(colours, axis=0)) == count

    @pytest.mark.parametrize(
        "labels",
        [
            np.eye(9)[[3, 7]],
            np.eye(9, dtype=bool)[[3, 7]],
            [[3.0], [7.0]],
            np.array([3, 7], "uint8"),
        ],
    )
    def test_classes_of_other_forms(self, labels):
        z = np.array([[0.0, 0.0], [1.0, 1.0]])
        np.testing.assert_array_equal(
            latent_scatter(z, labels), latent_scatter(z, [3, 7])
        )

    @pytest.mark.parametrize(
        "labels",
        [
            ["ox", "ant", "ox"],
            np.array([["ox"], ["ant"], ["ox"]]),
            np.array(["ox", "ant", "ox"], object),
            np.array([b"ox", b"ant", b"ox"]),
        ],
    )
    def test_names_of_classes(self, labels):
        classes = read_labels(labels, 3)
        assert classes.names == ["ant", "ox"]
        np.testing.assert_array_equal(classes.lanes, [1, 0, 1])
        assert latent_scatter(np.eye(3), labels).shape == (640, 750, 3)

    @pytest.mark.parametrize(
        "labels", [np.arange(21) + 5, np.linspace(5, 25, 21)[:, None] + 0.5]
    )
    def test_a_scale_for_many_numbers(self, labels):
        scale = read_labels(labels, 21)
        low, high = scale.mappable().get_clim()
        assert (low, high) == (labels.min(), labels.max())
        # From dark to bright, as the colour bar beside it.
        assert (np.diff(scale.colors().sum(axis=1)) > 0).all()
        z = np.random.default_rng(0).normal(size=(21, 2))
        assert (latent_scatter(z, labels) != latent_scatter(z)).any()

    def test_points_without_a_label_are_left_out(self):
        z, labels = np.eye(3), np.array([0.5, np.nan, 1.5])
        np.testing.assert_array_equal(
            latent_scatter(z, labels), latent_scatter(z[::2], labels[::2])
        )

    def test_too_many_names(self):
        names = [f"class {i}" for i in range(21)]
        with pytest.raises(ValueError, match="20 classes.*Received: 21"):
            latent_scatter(np.zeros((21, 2)), names)

    def test_feature_maps_are_flattened(self):
        z = np.random.default_rng(0).normal(size=(9, 2, 2, 3))
        np.testing.assert_array_equal(
            latent_scatter(z), latent_scatter(z.reshape(9, 12))
        )

    def test_title_is_drawn(self):
        z = np.eye(2)
        assert (latent_scatter(z) != latent_scatter(z, title="Codes")).any()

    @pytest.mark.parametrize(
        "z", [np.zeros(3), np.zeros((0, 2)), np.zeros((3, 2, 0))]
    )
    def test_wrong_latents(self, z):
        with pytest.raises(ValueError, match="`z`.*Received: z of shape="):
            latent_scatter(z)

    def test_no_finite_point(self):
        with pytest.raises(ValueError, match="at least one finite row"):
            latent_scatter(np.full((2, 2), np.nan))

    @pytest.mark.parametrize(
        "labels", [[0], np.ones((2, 2)), [[0.5, 0.5], [1, 0]], [None, "b"], 1]
    )
    def test_wrong_labels(self, labels):
        with pytest.raises(ValueError, match="Received: labels of shape="):
            latent_scatter(np.zeros((2, 2)), labels)


def pyplot_was_not_used():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot is None or not pyplot.get_fignums()


class TestProjection:
    def test_principal_components(self):
        generator = np.random.default_rng(0)
        scores = generator.normal(size=(400, 2)) * [3.0, 1.0]
        scores -= scores.mean(axis=0)
        # Uncorrelated scores, so that the axes are known exactly.
        scores[:, 1] -= (
            scores[:, 0]
            * (scores[:, 0] @ scores[:, 1])
            / (scores[:, 0] @ scores[:, 0])
        )
        axes = np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0]])
        projected, shares = principal_components(scores @ axes + 5.0)
        # The largest entries of the axes are 0.8 and -0.8: one is flipped.
        np.testing.assert_allclose(projected, scores * [1, -1], atol=1e-9)
        squares = (scores**2).sum(axis=0)
        np.testing.assert_allclose(shares, squares / squares.sum())

    def test_equal_points_and_single_points(self):
        for z in (np.ones((3, 4)), np.ones((1, 4))):
            projected, shares = principal_components(z)
            assert (projected == 0).all() and (shares == 0).all()

    def test_many_dimensions(self):
        # Two directions of 20000, whose scatter matrix would not fit.
        generator = np.random.default_rng(0)
        scores = generator.normal(size=(600, 2)) * [30.0, 10.0]
        axes = np.zeros((2, 20000))
        axes[0, 7] = axes[1, 19000] = 1.0
        projected, shares = principal_components(scores @ axes)
        expected = scores - scores.mean(axis=0)
        # The directions are those of 512 points.
        np.testing.assert_allclose(projected, expected, atol=3.0)
        assert shares.sum() == pytest.approx(1.0)
        assert principal_components(np.ones((1, 600)))[0].shape == (1, 2)

    def test_axis_names(self):
        z = np.diag([2.0, 1.0, 0.0])
        _, names = to_plane(z, np.zeros(3, int))
        assert names[0].startswith("principal component 1 (")
        assert names[0].endswith("% of the variance)")
        assert to_plane(z[:, :2], None)[1] == ("z[0]", "z[1]")

    def test_one_dimension_has_a_lane_for_each_class(self):
        z = np.linspace(-1, 1, 40)[:, None]
        index = np.arange(40) % 4
        points, names = to_plane(z, index)
        np.testing.assert_array_equal(points[:, 0], z[:, 0])
        np.testing.assert_array_equal(np.round(-points[:, 1]), index)
        assert names == ("z[0]", "")


class TestLatentManifoldPoints:
    def test_values(self):
        q = 0.6744897501960817  # The upper quartile of N(0, 1).
        np.testing.assert_allclose(
            latent_manifold_points(2), [[-q, q], [q, q], [-q, -q], [q, -q]]
        )
        np.testing.assert_array_equal(latent_manifold_points(1), [[0, 0]])
        assert latent_manifold_points().shape == (400, 2)
        assert latent_manifold_points().dtype == "float32"

    def test_second_latent_grows_upwards_in_a_grid(self):
        points = latent_manifold_points(3)
        brightness = points[:, 1].reshape(-1, 1, 1, 1)
        images = np.broadcast_to(brightness, (9, 56, 56, 1))
        picture = image_grid(images, columns=3, value_range=(-1, 1))
        top, middle, bottom = picture[[30, 88, 146], 30, 0].astype(int)
        assert top > middle > bottom

    def test_wrong_rows(self):
        with pytest.raises(ValueError, match="Received: rows=0"):
            latent_manifold_points(0)


@pytest.mark.parametrize(
    "z", [[["a", "b"]], [[1], [1, 2]], np.array([[1j, 2]])]
)
def test_latents_that_are_no_numbers(z):
    with pytest.raises(ValueError, match="Argument `z`.*Received: z"):
        latent_scatter(z)


def test_labels_of_unequal_lengths():
    with pytest.raises(ValueError, match="`labels`.*Received: labels="):
        latent_scatter(np.zeros((2, 2)), [[1], [1, 2]])
