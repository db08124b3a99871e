import numpy as np
import pytest
from scipy import stats

from keras_generative.metrics import SlicedWasserstein

RNG = np.random.default_rng(0)


def distance(real, fake, **kwargs):
    metric = SlicedWasserstein(**kwargs)
    metric.update_state(real, fake)
    return metric.result()


@pytest.mark.parametrize("count", [30, 20, 45, 1])
def test_equals_scipy_in_one_dimension(count):
    real, fake = RNG.normal(size=(30, 1)), RNG.exponential(size=(count, 1))
    expected = stats.wasserstein_distance(real[:, 0], fake[:, 0])
    np.testing.assert_allclose(distance(real, fake), expected, rtol=1e-12)


def test_is_the_mean_over_directions():
    real, fake = RNG.normal(size=(30, 4)), RNG.normal(size=(20, 4)) + 1.0
    metric = SlicedWasserstein(num_projections=3, seed=2)
    metric.update_state(real, fake)
    directions = metric.real.directions
    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1.0)
    expected = [
        stats.wasserstein_distance(real @ u, fake @ u) for u in directions.T
    ]
    np.testing.assert_allclose(metric.result(), np.mean(expected))
    assert metric.result() != distance(real, fake, num_projections=3, seed=3)


def test_closed_form_of_a_shift():
    # |<t, u>|, whose mean over the circle is 2 |t| / pi.
    real = RNG.normal(size=(10, 2))
    moved = distance(real, real + [3.0, 4.0], num_projections=4000)
    np.testing.assert_allclose(moved, 10 / np.pi, rtol=0.03)
    assert distance(real, real) == 0.0
    ones = np.ones((4, 1))
    np.testing.assert_allclose(distance(ones, 3 * ones), 2.0)


def test_images_are_compared_by_their_pixels():
    real, fake = RNG.random((2, 10, 4, 4, 3), dtype="float32")
    expected = distance(real.reshape(10, -1), fake.reshape(10, -1))
    np.testing.assert_allclose(distance(real, fake), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="must have shape"):
        distance(real, fake[:, :2])
