import numpy as np
import pytest

from keras_generative.visualization import latent_interpolation_points


def test_equal_steps_along_a_great_circle():
    generator = np.random.default_rng(0)
    start, end = generator.normal(size=(2, 3, 8))
    # From each to another of its length.
    end *= np.linalg.norm(start, axis=1, keepdims=True) / np.linalg.norm(
        end, axis=1, keepdims=True
    )
    points = latent_interpolation_points(start, end, steps=5)
    assert points.shape == (15, 8) and points.dtype == "float32"
    ways = points.reshape(3, 5, 8)
    np.testing.assert_allclose(ways[:, 0], start, atol=1e-6)
    np.testing.assert_allclose(ways[:, -1], end, atol=1e-6)
    lengths = np.linalg.norm(ways, axis=-1)
    np.testing.assert_allclose(lengths, lengths[:, :1].repeat(5, 1), rtol=1e-5)
    chords = np.linalg.norm(np.diff(ways, axis=1), axis=-1)
    np.testing.assert_allclose(chords, chords[:, :1].repeat(4, 1), rtol=1e-5)
    # A quarter of the angle from one to the next, in their plane.
    quarter = np.arccos(
        np.sum(start * end, axis=1) / np.sum(start * start, axis=1)
    )
    expected = 2 * lengths[:, 0] * np.sin(quarter / 8)
    np.testing.assert_allclose(chords[:, 0], expected, rtol=1e-5)


def test_lengths_change_evenly():
    points = latent_interpolation_points([[3.0, 0.0]], [[0.0, 1.0]], steps=3)
    half = 2 * np.sqrt(0.5)
    np.testing.assert_allclose(
        points, [[3, 0], [half, half], [0, 1]], atol=1e-6
    )


def test_where_there_is_no_one_circle():
    points = latent_interpolation_points(
        [[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]],
        [[3.0, 0.0], [-1.0, 0.0], [0.0, 2.0]],
        steps=3,
    )
    assert np.isfinite(points).all()
    np.testing.assert_allclose(points[:3], [[1, 0], [2, 0], [3, 0]])


def test_faults():
    z = np.zeros((2, 3))
    for other in (z[:1], z[0]):
        with pytest.raises(ValueError, match="Received: shapes"):
            latent_interpolation_points(z, other)
    for steps in (1, 2.5):
        with pytest.raises(ValueError, match=f"Received: steps={steps}"):
            latent_interpolation_points(z, z, steps)


@pytest.mark.parametrize("start", ["a", [[1], [1, 2]]])
def test_what_are_no_latents(start):
    with pytest.raises(ValueError, match="`start`.*Received: start="):
        latent_interpolation_points(start, np.zeros((2, 2)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1j])
def test_ends_that_are_no_numbers(bad):
    z = np.ones((2, 2))
    for start, end in ((z, bad * z), (bad * z, z)):
        with pytest.raises(ValueError, match="Received: "):
            latent_interpolation_points(start, end)
