"""Precision, recall, density and coverage."""

import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from keras_generative.metrics import DensityCoverage
from keras_generative.metrics import PrecisionRecall
from keras_generative.metrics import blocks
from keras_generative.metrics.neighbors import Balls

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(80, 3))
FAKE = RNG.normal(size=(70, 3)) * 0.7 + 0.5


def result(metric, real, fake, **kwargs):
    metric = metric(**kwargs)
    metric.update_state(real, fake)
    return metric.result()


def figures(real, fake, k):
    return {
        **result(PrecisionRecall, real, fake, num_neighbors=k),
        **result(DensityCoverage, real, fake, num_neighbors=k),
    }


def within(points, centers, k):
    """Whether points are in balls, by scikit-learn."""
    nearest = NearestNeighbors(n_neighbors=k).fit(centers)
    radii = nearest.kneighbors()[0][:, -1]  # Of others, not of itself.
    distances = np.linalg.norm(points[:, None] - centers, axis=2)
    return distances <= radii


@pytest.mark.parametrize("size", [2**24, 880, 11])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_equals_scikit_learn(size, k, monkeypatch):
    monkeypatch.setattr(blocks, "SIZE", size)
    fakes_in_real = within(FAKE, REAL, k)
    expected = {
        "precision": np.mean(fakes_in_real.any(axis=1)),
        "recall": np.mean(within(REAL, FAKE, k).any(axis=1)),
        "density": fakes_in_real.sum() / (k * len(FAKE)),
        "coverage": np.mean(fakes_in_real.any(axis=0)),
    }
    assert figures(REAL, FAKE, k) == pytest.approx(expected, rel=1e-12)
    # Also far from zero, where float32 would know no distances.
    assert figures(REAL + 1e7, FAKE + 1e7, k) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_matrix_of_distances_is_held(dtype, monkeypatch):
    monkeypatch.setattr(blocks, "SIZE", 2**16)
    points = np.random.default_rng(0).normal(size=(3000, 8)).astype(dtype)
    tracemalloc.start()
    balls = Balls(points, 3)
    held, _ = tracemalloc.get_traced_memory()
    balls.counts(points)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 72 MB would be all of them.
    assert held < 2**18
    assert peak < 2**23


def test_by_hand():
    # Radii of the real ones with k = 1: 1, 1, 2; of the fakes: 1.5, 1.5, 8.
    real = np.array([[0.0], [1.0], [3.0]])
    fake = np.array([[0.5], [2.0], [10.0]])
    assert figures(real, fake, k=1) == {
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        # 0.5 is in the balls of 0 and 1, 2.0 in those of 1 and 3.
        "density": pytest.approx(4 / 3),
        "coverage": 1.0,
    }


def test_equal_sets():
    # Integers: each neighbour is exactly on a sphere, which counts.
    grid = np.stack(np.meshgrid(*[np.arange(4.0)] * 2), -1).reshape(-1, 2)
    for points in (grid, grid + 0.1, 1e3 * grid / 7):
        values = figures(points, points, k=2)
        assert values["precision"] == values["recall"] == 1.0
        # With k = 2 the balls reach to all neighbours on the grid: 3 in
        # corners, 4 at edges, 5 within, the centre counted.
        mean = (4 * 3 + 8 * 4 + 4 * 5) / 16
        assert values["density"] == pytest.approx(mean / 2)
        assert values["coverage"] == 1.0


def test_constant_features():
    ones = np.ones((6, 3))
    assert figures(ones, ones, k=3) == {
        "precision": 1.0,
        "recall": 1.0,
        "density": pytest.approx(6 / 3),
        "coverage": 1.0,
    }
    assert set(figures(ones, 2 * ones, k=3).values()) == {0.0}


@pytest.mark.parametrize("metric", [PrecisionRecall, DensityCoverage])
def test_bad_arguments(metric):
    with pytest.raises(ValueError, match="`num_neighbors` must be a positive"):
        metric(num_neighbors=0)
    with pytest.raises(ValueError, match="at least 4 real.*3 real, 70 fake"):
        result(metric, REAL[:3], FAKE, num_neighbors=3)
