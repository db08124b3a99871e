import pickle

import numpy as np
import pytest
import scipy.special
import scipy.stats
from sklearn import mixture

from keras_generative.priors import GaussianMixture
from keras_generative.priors import gaussian_mixture
from keras_generative.utils import LazyModule

MEANS = np.array([[-4.0, 0.0], [3.0, 2.0]])
COVARIANCES = np.array([[[1.0, 0.6], [0.6, 0.8]], [[0.3, -0.2], [-0.2, 1.5]]])


def make_latents(num_latents=2000):
    """A quarter of one Gaussian, three quarters of another."""
    generator = np.random.default_rng(0)
    chosen = generator.uniform(size=num_latents) < 0.75
    parts = [
        generator.multivariate_normal(mean, covariance, num_latents)
        for mean, covariance in zip(MEANS, COVARIANCES)
    ]
    return np.where(chosen[:, None], parts[1], parts[0])


def test_finds_the_gaussians_and_draws_from_them():
    prior = GaussianMixture(2, seed=0).fit(make_latents())
    z = prior.sample(20_000, (2,), seed=1).astype("float64")
    right = z[:, 0] > 0
    assert abs(right.mean() - 0.75) < 0.03
    for part, mean, covariance in zip(
        (z[~right], z[right]), MEANS, COVARIANCES
    ):
        np.testing.assert_allclose(part.mean(axis=0), mean, atol=0.15)
        np.testing.assert_allclose(np.cov(part.T), covariance, atol=0.2)


def test_log_prob_is_the_closed_form():
    prior = GaussianMixture(2, seed=0).fit(make_latents(100))
    terms = [
        np.log(weight)
        + scipy.stats.multivariate_normal.logpdf(MEANS, mean, factor @ factor.T)
        for weight, mean, factor in zip(
            prior.weights, prior.means, prior.factors
        )
    ]
    expected = scipy.special.logsumexp(terms, axis=0)
    np.testing.assert_allclose(prior.log_prob(MEANS), expected)


def test_is_the_mixture_of_scikit_learn():
    latents = make_latents(200)
    peer = mixture.GaussianMixture(3, random_state=5).fit(latents)
    prior = GaussianMixture(3, seed=5).fit(latents)
    np.testing.assert_allclose(
        prior.log_prob(latents), peer.score_samples(latents)
    )


def test_latents_of_any_shape():
    latents = make_latents(200)
    prior = GaussianMixture(2, seed=0).fit(latents.reshape(-1, 2, 1))
    flat = GaussianMixture(2, seed=0).fit(latents)
    assert prior.sample(4, (2, 1), seed=1).shape == (4, 2, 1)
    np.testing.assert_array_equal(
        prior.sample(4, (2, 1), seed=1)[..., 0], flat.sample(4, (2,), seed=1)
    )
    np.testing.assert_array_equal(
        prior.log_prob(latents.reshape(-1, 2, 1)), flat.log_prob(latents)
    )


def test_can_be_kept():
    prior = GaussianMixture(2, seed=0).fit(make_latents(100))
    again = pickle.loads(pickle.dumps(prior))
    np.testing.assert_array_equal(
        again.sample(5, (2,), seed=1), prior.sample(5, (2,), seed=1)
    )


@pytest.mark.parametrize("num_components", [0, -1, 2.0, None, "2"])
def test_bad_number_of_components(num_components):
    with pytest.raises(ValueError, match="`num_components`.*Received"):
        GaussianMixture(num_components)


def test_too_few_latents():
    with pytest.raises(ValueError, match="as many.*Received: 3 latents"):
        GaussianMixture(4).fit(make_latents(3))


def test_says_what_to_install(monkeypatch):
    missing = LazyModule("no_such_package", pip_name="scikit-learn")
    monkeypatch.setattr(gaussian_mixture, "mixture", missing)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        GaussianMixture(2).fit(make_latents(10))
