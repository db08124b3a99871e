import keras
import numpy as np
import pytest
import scipy.stats

from keras_generative.priors import GaussianMixture
from keras_generative.priors import Prior
from keras_generative.priors import StandardNormal
from keras_generative.priors.noise_and_codes import NoiseAndCodes

GENERATOR = np.random.default_rng(0)
LATENTS = GENERATOR.normal(size=(40, 3)).astype("float32")


def fitted(name):
    if name == "standard_normal":
        return StandardNormal()
    return GaussianMixture(3, seed=1).fit(LATENTS)


@pytest.mark.parametrize("name", ["standard_normal", "gaussian_mixture"])
def test_samples(name):
    prior = fitted(name)
    z = prior.sample(5, (3,), seed=2)
    assert z.shape == (5, 3)
    assert z.dtype == "float32"
    np.testing.assert_array_equal(z, prior.sample(5, (3,), seed=2))
    assert (z != prior.sample(5, (3,), seed=3)).any()


@pytest.mark.parametrize(
    "prior",
    [
        StandardNormal(),
        NoiseAndCodes(2, (3, 2), 2),
        GaussianMixture(3, seed=1).fit(
            np.random.default_rng(0).normal(size=(40, 9))
        ),
    ],
    ids=lambda prior: type(prior).__name__,
)
def test_the_first_of_more_samples_are_those_of_fewer(prior):
    few = prior.sample(5, (9,), seed=2)
    np.testing.assert_allclose(prior.sample(300, (9,), seed=2)[:5], few)


@pytest.mark.parametrize("name", ["standard_normal", "gaussian_mixture"])
def test_without_a_seed_numpy_decides(name):
    prior = fitted(name)
    np.random.seed(4)
    first, second = prior.sample(5, (3,)), prior.sample(5, (3,))
    assert (first != second).any()
    np.random.seed(4)
    np.testing.assert_array_equal(prior.sample(5, (3,)), first)


@pytest.mark.parametrize("name", ["standard_normal", "gaussian_mixture"])
def test_the_density_is_that_of_the_samples(name):
    # The mean of 1 / density over samples from within a box is the volume of
    # the box, as a share of all samples.
    prior = fitted(name)
    z = prior.sample(40_000, (3,), seed=0)
    inside = (np.abs(z) < 1).all(axis=1)
    ratios = np.where(inside, np.exp(-prior.log_prob(z)), 0.0)
    error = ratios.std() / np.sqrt(len(z))
    assert abs(ratios.mean() - 2**3) < 4 * error


def test_standard_normal_is_known():
    expected = np.random.default_rng(7).standard_normal((6, 2), "float32")
    np.testing.assert_array_equal(
        StandardNormal().sample(6, (2,), seed=7), expected
    )
    z = GENERATOR.normal(size=(6, 2, 3))
    np.testing.assert_allclose(
        StandardNormal().log_prob(z),
        scipy.stats.norm.logpdf(z).sum(axis=(1, 2)),
    )
    assert StandardNormal().log_prob(LATENTS).dtype == "float64"
    assert StandardNormal().fit(LATENTS).sample(2, (4, 4, 1)).shape[1:] == (
        4,
        4,
        1,
    )


class Uniform(Prior):
    """Of a user: latents in [0, high)."""

    learns = True

    def learn(self, vectors):
        self.high = vectors.max()

    def draw(self, generator, num_samples, latent_dim):
        return generator.uniform(0, self.high, (num_samples, latent_dim))

    def log_density(self, vectors):
        return np.full(len(vectors), -vectors.shape[1] * np.log(self.high))


def test_a_prior_of_ones_own():
    prior = Uniform().fit(2 * np.ones((5, 2, 2)))
    z = prior.sample(100, (2, 2), seed=0)
    assert z.shape == (100, 2, 2)
    assert 1 < z.max() < 2
    np.testing.assert_allclose(prior.log_prob(z), -4 * np.log(2))


@pytest.mark.parametrize("prior", [GaussianMixture(2), Uniform()])
def test_must_be_fitted(prior):
    name = type(prior).__name__
    for use in (lambda: prior.sample(3, (3,)), lambda: prior.log_prob(LATENTS)):
        with pytest.raises(ValueError, match=f"{name}.*fitted.*Received"):
            use()


def test_other_latents_than_it_was_fitted_to():
    prior = fitted("gaussian_mixture")
    for use in (
        lambda: prior.sample(3, (2,)),
        lambda: prior.log_prob(LATENTS[:, :2]),
        lambda: prior.log_prob(LATENTS.reshape(-1, 3, 1)),
    ):
        with pytest.raises(ValueError, match=r"shape \(3,\).*Received"):
            use()


@pytest.mark.parametrize(
    "arguments", [(0, (3,)), (2.0, (3,)), (2, 3), (2, (0,)), (2, (None,))]
)
def test_bad_sizes(arguments):
    with pytest.raises(ValueError, match="must be.*Received"):
        StandardNormal().sample(*arguments)


def test_bad_seed():
    for use in (
        lambda: StandardNormal().sample(2, (3,), seed=-1),
        lambda: GaussianMixture(2, seed=1.5),
    ):
        with pytest.raises(ValueError, match="`seed`.*Received: seed="):
            use()


@pytest.mark.parametrize(
    "z", [np.ones(3), np.array([["a"]]), np.full((3, 2), np.nan)]
)
def test_bad_latents(z):
    for use in (GaussianMixture(1).fit, StandardNormal().log_prob):
        with pytest.raises(ValueError, match="Latents must be.*Received"):
            use(z)


def standard_normal(num_samples, seed=None):
    return StandardNormal().sample(num_samples, (2,), seed)


def test_moments_of_the_standard_normal():
    z = standard_normal(10_000, seed=3)
    assert z.shape == (10_000, 2)
    assert z.dtype == "float32"
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=0.05)
    np.testing.assert_allclose(z.std(axis=0), 1.0, atol=0.05)
    np.testing.assert_array_equal(z, standard_normal(10_000, seed=3))


def test_no_seed_is_drawn_from_the_global_one():
    keras.utils.set_random_seed(5)
    first, second = standard_normal(4), standard_normal(4)
    assert (first != second).all()
    keras.utils.set_random_seed(5)
    np.testing.assert_array_equal(first, standard_normal(4))


def test_latents_of_unequal_lengths():
    for use in (GaussianMixture(1).fit, StandardNormal().log_prob):
        with pytest.raises(ValueError, match="`z`.*one shape. Received: z="):
            use([[1], [1, 2]])


def test_latents_of_no_size():
    with pytest.raises(ValueError, match="Received: latent_shape=()"):
        StandardNormal().sample(2, ())
