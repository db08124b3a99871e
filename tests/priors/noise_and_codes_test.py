import math

import numpy as np
import pytest
from keras import ops

from keras_generative.priors.noise_and_codes import NoiseAndCodes


def test_latents_are_a_function_of_what_chance_gives():
    prior = NoiseAndCodes(2, (3, 2), 2)
    noise = np.array([[5.0, 6.0]] * 3, "float32")
    almost = np.nextafter(np.float32(1.0), np.float32(0.0))
    uniform = np.array(
        [[0.0, 0.49, 0.0, 0.5], [0.34, 0.5, 0.25, 1.0], [almost] * 4], "float32"
    )
    latents = ops.convert_to_numpy(prior.latents_of(noise, uniform))
    expected = [
        [5, 6, 1, 0, 0, 1, 0, -1, 0],
        [5, 6, 0, 1, 0, 0, 1, -0.5, 1],
        [5, 6, 0, 0, 1, 0, 1, 1, 1],
    ]
    np.testing.assert_allclose(latents, expected, atol=1e-6)


def test_draws_each_code_as_often():
    prior = NoiseAndCodes(1, (4,), 1)
    z = prior.sample(4000, (6,), seed=1)
    np.testing.assert_allclose(z[:, 1:5].mean(axis=0), 0.25, atol=0.03)
    np.testing.assert_allclose(
        np.quantile(z[:, 5], [0.25, 0.5, 0.75]), [-0.5, 0.0, 0.5], atol=0.06
    )
    np.testing.assert_allclose(z[:, 0].std(), 1.0, atol=0.05)
    with pytest.raises(ValueError, match="The latents.*Received"):
        prior.sample(3, (5,))


def test_log_density():
    prior = NoiseAndCodes(1, (3, 2), 1)
    z = np.array(
        [
            [0.5, 0, 1, 0, 0, 1, 0.9],
            [0.5, 0, 1, 0, 0, 1, 1.1],
            [0.5, 0, 0.5, 0.5, 0, 1, 0.0],
            [0.5, 0, 1, 1, 0, 1, 0.0],
        ]
    )
    expected = -0.125 - 0.5 * math.log(2 * math.pi) - math.log(3 * 2 * 2)
    log_p = prior.log_prob(z)
    np.testing.assert_allclose(log_p[0], expected)
    assert np.isneginf(log_p[1:]).all()
