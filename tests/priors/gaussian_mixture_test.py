import json
import pickle

import keras
import numpy as np
import pytest
import scipy.special
import scipy.stats
from keras import ops
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


def test_gaussians_that_are_given():
    stddevs = np.array([[1.0, 0.5], [0.2, 2.0]])
    prior = GaussianMixture.of(MEANS, stddevs)
    terms = [
        np.log(0.5) + scipy.stats.norm.logpdf(MEANS, mean, scale).sum(axis=1)
        for mean, scale in zip(MEANS, stddevs)
    ]
    expected = scipy.special.logsumexp(terms, axis=0)
    np.testing.assert_allclose(prior.log_prob(MEANS), expected)
    one = GaussianMixture.of(MEANS.reshape(2, 2, 1), 0.5)
    assert one.sample(3, (2, 1)).shape == (3, 2, 1)
    np.testing.assert_allclose(
        prior.component(1).log_prob(MEANS), terms[1] - np.log(0.5)
    )


@pytest.mark.parametrize(
    "means, stddevs",
    [
        (MEANS, 0.0),
        (MEANS, [1.0, 2.0]),
        (MEANS, np.nan),
        (MEANS[0], 1.0),
        (np.inf * MEANS, 1.0),
        ("means", 1.0),
    ],
)
def test_gaussians_that_are_none(means, stddevs):
    with pytest.raises(ValueError, match="finite means.*Received"):
        GaussianMixture.of(means, stddevs)


def test_a_component_that_is_not_there():
    prior = GaussianMixture.of(MEANS, 1.0)
    for index in (-1, 2, 0.5):
        with pytest.raises(ValueError, match="from 0 to 1.*Received"):
            prior.component(index)
    with pytest.raises(ValueError, match="must be fitted.*Received"):
        GaussianMixture(2).component(0)


def test_is_drawn_from_by_noise():
    """z = mean + factor noise, of the Gaussian that chance or a label says."""
    prior = GaussianMixture(2, seed=0).fit(make_latents())
    noise = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")
    first = prior.weights[0].astype("float32")
    uniform = np.array([[0.0], [first - 0.01], [first], [0.999]], "float32")
    labels = np.array([1, 0, 0, 1])
    for chosen, given in (([0, 0, 1, 1], None), (labels, labels)):
        z = prior.latents_of(
            ops.convert_to_tensor(noise),
            ops.convert_to_tensor(uniform),
            None if given is None else ops.convert_to_tensor(given),
        )
        expected = [
            prior.means[c] + prior.factors[c] @ n for c, n in zip(chosen, noise)
        ]
        np.testing.assert_allclose(
            ops.convert_to_numpy(z), expected, rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("is_fitted", [False, True])
def test_a_config_holds_what_was_learned(is_fitted):
    prior = GaussianMixture(2, seed=3)
    if is_fitted:
        prior.fit(make_latents(50))
    config = keras.saving.serialize_keras_object(prior)
    again = keras.saving.deserialize_keras_object(
        json.loads(json.dumps(config))
    )
    assert (again.num_components, again.seed) == (2, 3)
    assert again.latent_shape == prior.latent_shape
    if is_fitted:
        np.testing.assert_array_equal(
            again.log_prob(MEANS), prior.log_prob(MEANS)
        )
