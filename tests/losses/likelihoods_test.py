import keras
import numpy as np
import pytest
import scipy.stats
from keras import ops

from keras_generative import backend
from keras_generative.losses import DiscretizedLogisticNLL
from keras_generative.losses import GaussianNLL
from keras_generative.losses import bits_per_dimension
from keras_generative.losses import summed_over_sample

GENERATOR = np.random.default_rng(0)
SHAPE = (5, 4, 6, 3)
IMAGES = GENERATOR.integers(0, 256, SHAPE) / 255
MEAN = GENERATOR.uniform(size=SHAPE)
LOG_SCALE = GENERATOR.uniform(-3.0, 1.0, SHAPE)


def nats(loss, images, *outputs):
    outputs = [ops.convert_to_tensor(y, "float32") for y in outputs]
    return summed_over_sample(
        loss,
        ops.convert_to_tensor(images, "float32"),
        outputs[0] if len(outputs) == 1 else outputs,
    )


def floored(log_scale, floor):
    return np.exp(floor + np.logaddexp(0, log_scale - floor))


def logistic_masses(mean, scale, low=0.0, high=1.0, num_levels=256):
    """Probabilities of all levels, from differences of the CDF."""
    width = (high - low) / (num_levels - 1)
    ends = low + width * (np.arange(num_levels - 1) + 0.5)
    cdf = scipy.stats.logistic.cdf(ends, mean[..., None], scale[..., None])
    zero, one = np.zeros_like(mean), np.ones_like(mean)
    cdf = np.concatenate([zero[..., None], cdf, one[..., None]], axis=-1)
    return np.diff(cdf)


def test_gaussian_with_a_fixed_scale():
    expected = -scipy.stats.norm.logpdf(IMAGES, MEAN, 0.3)
    value = nats(GaussianNLL(scale=0.3), IMAGES, MEAN)
    np.testing.assert_allclose(value, expected.sum() / len(IMAGES), rtol=1e-5)


def test_gaussian_with_a_learned_scale():
    scale = floored(LOG_SCALE, -6.0)
    expected = -scipy.stats.norm.logpdf(IMAGES, MEAN, scale)
    value = nats(GaussianNLL(scale=None), IMAGES, MEAN, LOG_SCALE)
    np.testing.assert_allclose(value, expected.sum() / len(IMAGES), rtol=1e-5)


def test_a_learned_scale_has_a_lower_bound():
    value = nats(GaussianNLL(scale=None), MEAN, MEAN, np.full(SHAPE, -1e4))
    expected = -scipy.stats.norm.logpdf(0.0, 0.0, np.exp(-6.0))
    np.testing.assert_allclose(value, 72 * expected, rtol=1e-5)


@pytest.mark.parametrize("shape", [(5, 72), (5, 12, 6)])
def test_likelihoods_of_any_shape(shape):
    for loss in (GaussianNLL(None), DiscretizedLogisticNLL()):
        outputs = [y.reshape(shape) for y in (MEAN, LOG_SCALE)]
        value = nats(loss, IMAGES.reshape(shape), *outputs)
        expected = nats(loss, IMAGES, MEAN, LOG_SCALE)
        np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1)])
@pytest.mark.parametrize("learned", [False, True])
def test_discretized_logistic(value_range, learned):
    low, high = value_range
    images = low + (high - low) * IMAGES
    loss = DiscretizedLogisticNLL(None if learned else 0.1, value_range)
    scale = floored(LOG_SCALE, -7.0) if learned else np.full(SHAPE, 0.1)
    masses = logistic_masses(MEAN, scale, low, high)
    level = np.rint(255 * IMAGES).astype(int)[..., None]
    expected = -np.log(np.take_along_axis(masses, level, -1)).sum()
    outputs = [MEAN, LOG_SCALE] if learned else [MEAN]
    value = nats(loss, images, *outputs)
    np.testing.assert_allclose(value, expected / len(IMAGES), rtol=1e-4)


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.37, 1.0])
@pytest.mark.parametrize("scale", [1e-4, 0.01, 1.0, 100.0])
@pytest.mark.parametrize("num_levels", [2, 256])
def test_probabilities_of_the_levels_sum_to_one(mean, scale, num_levels):
    loss = DiscretizedLogisticNLL(scale, num_levels=num_levels)
    levels = np.linspace(0, 1, num_levels, dtype="float32").reshape(-1, 1)
    losses = loss.call(
        ops.convert_to_tensor(levels), ops.full((num_levels, 1), mean)
    )
    total = np.exp(-ops.convert_to_numpy(losses).astype("float64")).sum()
    assert abs(total - 1) < 1e-4


def test_a_mean_far_away_has_a_gradient():
    levels = np.array([100, 255]).reshape(1, 1, 1, 2) / 255
    loss = DiscretizedLogisticNLL(scale=1e-3)
    (value, _), (gradient,) = backend.value_and_input_grad(
        lambda mean: (nats(loss, levels, mean), ()), ops.zeros(levels.shape)
    )
    # The tail of a logistic is exponential, with the rate 1 / scale.
    assert np.isfinite(ops.convert_to_numpy(value))
    np.testing.assert_allclose(
        ops.convert_to_numpy(gradient).reshape(2), -1e3, rtol=1e-5
    )


def test_as_a_keras_loss():
    loss = keras.losses.get(keras.losses.serialize(GaussianNLL(scale=0.3)))
    assert loss.get_config() == GaussianNLL(scale=0.3).get_config()
    expected = -scipy.stats.norm.logpdf(IMAGES, MEAN, 0.3)
    images, mean = IMAGES.astype("float32"), MEAN.astype("float32")
    np.testing.assert_allclose(loss(images, mean), expected.mean(), rtol=1e-5)


def test_bits_per_dimension():
    # Equal probabilities of 256 levels are 8 bits, and so is the density that
    # is 1 from 0 to 1, in which these levels are 1 / 256 apart.
    assert bits_per_dimension(-12 * np.log(256), (2, 2, 3)) == 8.0
    assert bits_per_dimension(0.0, (2, 2, 3), level_width=1 / 256) == 8.0
    assert bits_per_dimension(-12 * np.log(256), sample_shape=(12,)) == 8.0
    # A density of images in [0, 255] is less by the factor 255 than in [0, 1].
    density = scipy.stats.norm.logpdf(100, 90, 20)
    scaled = scipy.stats.norm.logpdf(100 / 255, 90 / 255, 20 / 255)
    np.testing.assert_allclose(
        bits_per_dimension(density, (1, 1, 1)),
        bits_per_dimension(scaled, (1, 1, 1), level_width=1 / 255),
    )


@pytest.mark.parametrize("scale", [0.0, -1.0, "learned", float("nan")])
def test_bad_scale(scale):
    with pytest.raises(ValueError, match="scale.*Received"):
        GaussianNLL(scale=scale)


@pytest.mark.parametrize(
    "kwargs", [{"value_range": (1, 0)}, {"num_levels": 1}, {"scale": 0}]
)
def test_bad_discretized_logistic(kwargs):
    with pytest.raises(ValueError, match=f"{[*kwargs][0]}.*Received"):
        DiscretizedLogisticNLL(**kwargs)


@pytest.mark.parametrize(
    "arguments, name",
    [
        ((-3.0, SHAPE, 0), "level_width"),
        ((-3.0, SHAPE, -1.0), "level_width"),
        ((-3.0, SHAPE, "1"), "level_width"),
        ((-3.0, ()), "sample_shape"),
        ((-3.0, 16), "sample_shape"),
        ((-3.0, (0, 4)), "sample_shape"),
        (("3", SHAPE), "log_likelihood"),
        ((None, SHAPE), "log_likelihood"),
        (([-3.0, -4.0], SHAPE), "log_likelihood"),
    ],
)
def test_bits_of_nothing(arguments, name):
    with pytest.raises(ValueError, match=f"`{name}`.*Received: {name}="):
        bits_per_dimension(*arguments)


def test_bad_name():
    with pytest.raises(ValueError, match="`name`.*Received: name=3"):
        GaussianNLL(name=3)
