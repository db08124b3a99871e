import numpy as np
import pytest
from keras import ops

from keras_generative.losses import standard_normal_kl


def test_matches_the_closed_form():
    generator = np.random.default_rng(0)
    mean = generator.normal(size=(5, 3))
    variance = generator.uniform(0.1, 3.0, size=(5, 3))
    expected = -0.5 * (1 + np.log(variance) - mean**2 - variance).sum(axis=1)
    kl = standard_normal_kl(
        ops.convert_to_tensor(mean, "float32"),
        ops.convert_to_tensor(np.log(variance), "float32"),
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(kl), expected, rtol=1e-5, atol=1e-6
    )


def test_matches_a_monte_carlo_estimate():
    mean, log_var = np.array([[0.5, -1.0]]), np.array([[-0.5, 0.3]])
    noise = np.random.default_rng(0).normal(size=(200_000, 2))
    z = mean + np.exp(0.5 * log_var) * noise
    log_q = (-0.5 * (noise**2 + log_var)).sum(axis=1)
    log_p = (-0.5 * z**2).sum(axis=1)
    samples = log_q - log_p
    kl = standard_normal_kl(
        ops.convert_to_tensor(mean, "float32"),
        ops.convert_to_tensor(log_var, "float32"),
    )
    standard_error = samples.std() / np.sqrt(len(samples))
    assert abs(float(kl[0]) - samples.mean()) < 4 * standard_error


def test_is_zero_at_the_prior():
    zeros = ops.zeros((2, 4))
    kl = ops.convert_to_numpy(standard_normal_kl(zeros, zeros))
    np.testing.assert_array_equal(kl, [0.0, 0.0])


@pytest.mark.parametrize(
    "arguments",
    [
        (np.zeros((2, 3)), np.zeros((2, 1))),
        (np.zeros((2, 3)), np.zeros((2, 2))),
        ("a", "b"),
        (None, None),
    ],
)
def test_what_has_no_one_shape(arguments):
    with pytest.raises(ValueError, match="`z_log_var` must have.*Received"):
        standard_normal_kl(*arguments)
