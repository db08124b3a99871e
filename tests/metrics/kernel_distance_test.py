import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from keras_generative.metrics import KernelDistance
from keras_generative.metrics import blocks
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


def error_of_all(real, fake):
    """From whole kernels: of single images, of pairs, and both across."""
    across = polynomial_kernel(real, fake, degree=3, gamma=1 / 4, coef0=1)
    pairs = np.var(across) - sum(
        np.var(across.mean(axis=axis), ddof=1) for axis in (0, 1)
    )
    n, m = across.shape
    variance = 4 * pairs / (n * m)
    for x, k in ((real, across), (fake, across.T)):
        kernel = polynomial_kernel(x, degree=3, gamma=1 / 4, coef0=1)
        others = kernel[~np.eye(len(x), dtype=bool)].reshape(len(x), -1)
        rows = others.mean(axis=1)
        own_pairs = np.var(others) - 2 * np.var(rows, ddof=1)
        single = np.var(rows - k.mean(axis=1), ddof=1)
        single -= own_pairs / len(x) + pairs / k.shape[1]
        variance += 4 * max(single, 0) / len(x)
        variance += 2 * own_pairs / (len(x) * (len(x) - 1))
    return variance**0.5


@pytest.mark.parametrize("size", [2**24, 40, 3])
def test_all_images(size, monkeypatch):
    monkeypatch.setattr(blocks, "SIZE", size)
    distance, error = result().values()
    assert distance == pytest.approx(unbiased(REAL, FAKE), rel=1e-10)
    assert error == pytest.approx(error_of_all(REAL, FAKE), rel=1e-9)


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
    assert abs(mean - unbiased(REAL, FAKE)) < error
    assert results == result(subsets=200, subset_size=30)
    assert results != result(subsets=200, subset_size=30, seed=1)
    # Many subsets know no more of other images than all images do, and few
    # know less.
    of_all = error_of_all(REAL, FAKE)
    assert error == pytest.approx(of_all, rel=0.3)
    few = result(subsets=2, subset_size=10)["kernel_distance_standard_error"]
    assert few > 1.3 * of_all


@pytest.mark.parametrize(
    "sizes, arguments",
    [
        ((40, 40), {}),
        ((30, 120), {}),
        ((100, 100), {"subsets": 10, "subset_size": 30}),
        ((200, 80), {"subsets": 3, "subset_size": 40}),
    ],
    ids=["all", "all of unequal numbers", "subsets", "few subsets"],
)
@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_error_is_the_spread_over_independent_data_sets(
    sizes, arguments, shift
):
    generator = np.random.default_rng(0)
    figures = np.array(
        [
            list(
                result(
                    generator.normal(size=(sizes[0], 4)),
                    generator.normal(size=(sizes[1], 4)) + shift,
                    seed=seed,
                    **arguments,
                ).values()
            )
            for seed in range(200)
        ]
    )
    spread = np.std(figures[:, 0])
    error = np.sqrt(np.mean(figures[:, 1] ** 2))
    # Of equal distributions it says a little too much: shares of the variance
    # that are nothing are estimated, and not below 0.
    assert 0.85 * spread < error < (1.2 if shift else 1.4) * spread


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
    with pytest.raises(ValueError, match="Received: seed=-1"):
        KernelDistance(seed=-1)
    with pytest.raises(ValueError, match="at least 2 real.*70 real, 1 fake"):
        result(fake=FAKE[:1])
