import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from keras_generative.metrics import KernelDistance
from keras_generative.metrics import kernel_distance
from tests.metrics import peers

REAL = np.random.default_rng(0).normal(size=(70, 4))
FAKE = np.random.default_rng(1).normal(size=(60, 4)) * 1.2 + 0.2


def result(real=REAL, fake=FAKE, **kwargs):
    metric = KernelDistance(**kwargs)
    metric.update_state(real, fake)
    return metric.result()


def unbiased(real, fake):
    """By the definition: all pairs of different images."""
    within = []
    for x in (real, fake):
        kernel = polynomial_kernel(x, degree=3, gamma=1 / 4, coef0=1)
        within.append(np.mean(kernel[~np.eye(len(x), dtype=bool)]))
    across = polynomial_kernel(real, fake, degree=3, gamma=1 / 4, coef0=1)
    return sum(within) - 2 * np.mean(across)


@pytest.mark.parametrize("block", [1000, 17])
def test_all_images(block, monkeypatch):
    monkeypatch.setattr(kernel_distance, "BLOCK", block)
    assert result() == {
        "kernel_distance": pytest.approx(unbiased(REAL, FAKE), rel=1e-10),
        "kernel_distance_standard_error": 0.0,
    }


def test_equals_torchmetrics():
    # With subsets of all images, as each draws others.
    real, fake = REAL[:60].astype("float32"), FAKE.astype("float32")
    peer = peers.torchmetrics("image.kid").KernelInceptionDistance(
        feature=peers.identity(4), subsets=2, subset_size=60
    )
    mean, _ = peers.over_features(peer, real, fake)
    ours = result(real, fake)["kernel_distance"]
    np.testing.assert_allclose(ours, mean, rtol=1e-4)


def test_subsets():
    results = result(subsets=200, subset_size=30)
    mean, error = results.values()
    # Their mean is that over all images; the spread is that of the subsets.
    assert 0 < error < 0.1
    assert abs(mean - unbiased(REAL, FAKE)) < 4 * error
    assert results == result(subsets=200, subset_size=30)
    assert results != result(subsets=200, subset_size=30, seed=1)
    single = result(subsets=50, subset_size=30)
    np.testing.assert_allclose(
        single["kernel_distance_standard_error"], 2 * error, rtol=0.4
    )


def test_is_unbiased():
    generator = np.random.default_rng(5)
    draws = [unbiased_of(generator.normal(size=(2, 8, 4))) for _ in range(400)]
    error = np.std(draws) / 20
    assert abs(np.mean(draws)) < 3 * error
    assert min(draws) < 0


def unbiased_of(pair):
    return result(*pair)["kernel_distance"]


def test_constant_features():
    # k = (2**2 * 3 / 3 + 1)**3 = 125 and (3**2 + 1)**3 and (6 + 1)**3
    ones = np.ones((5, 3))
    assert result(2 * ones, 3 * ones)["kernel_distance"] == pytest.approx(
        125 + 1000 - 2 * 343
    )
    assert result(ones, ones)["kernel_distance"] == 0.0


def test_bad_arguments():
    with pytest.raises(ValueError, match="at least 2. Received"):
        KernelDistance(subset_size=1)
    with pytest.raises(ValueError, match="`subsets` must be a positive"):
        KernelDistance(subsets=0)
    with pytest.raises(ValueError, match="at least 2 real.*70 real, 1 fake"):
        result(fake=FAKE[:1])
