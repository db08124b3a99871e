import numpy as np
import pytest
from keras import ops

from keras_generative.diffusion import MinSNRWeighting
from keras_generative.diffusion.predictions import predictions
from keras_generative.diffusion.schedules import Level
from keras_generative.diffusion.weightings import weightings

GENERATOR = np.random.default_rng(0)
X0, NOISE = GENERATOR.normal(size=(2, 6, 3, 2)).astype("float32")
# On a circle, on a line, and anywhere.
ANGLES = GENERATOR.uniform(0.2, 1.3, 6)
SHARES = GENERATOR.uniform(0.1, 0.9, 6)
SCALES = {
    "circle": (np.cos(ANGLES), np.sin(ANGLES)),
    "line": (1 - SHARES, SHARES),
    "anywhere": (SHARES, 1 + ANGLES),
}


def level_of(kind):
    alpha, sigma = (
        ops.convert_to_tensor(x.reshape(-1, 1, 1), "float32")
        for x in SCALES[kind]
    )
    return Level(None, alpha, sigma)


def scales_of(kind):
    return [x.reshape(-1, 1, 1) for x in SCALES[kind]]


def target(name, kind):
    level = level_of(kind)
    x0, noise = ops.convert_to_tensor(X0), ops.convert_to_tensor(NOISE)
    return predictions.get(name).target(x0, noise, level)


def test_targets():
    alpha, sigma = scales_of("circle")
    for name, expected in {
        "epsilon": NOISE,
        "x0": X0,
        "v": alpha * NOISE - sigma * X0,
        "velocity": NOISE - X0,
    }.items():
        output = ops.convert_to_numpy(target(name, "circle"))
        np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", SCALES)
@pytest.mark.parametrize("name", sorted(predictions.classes))
def test_each_gives_the_sample_and_the_noise(name, kind):
    alpha, sigma = scales_of(kind)
    x = ops.convert_to_tensor(alpha * X0 + sigma * NOISE, "float32")
    parts = predictions.get(name).split(target(name, kind), x, level_of(kind))
    for part, expected in zip(parts, (X0, NOISE)):
        part = ops.convert_to_numpy(part)
        np.testing.assert_allclose(part, expected, rtol=1e-4, atol=1e-4)


def test_velocity_moves_x_along_the_line():
    """d/dt ((1 - t) x0 + t noise)."""
    _, sigma = scales_of("line")
    step = 1e-3
    before, after = (
        (1 - t) * X0 + t * NOISE for t in (sigma - step, sigma + step)
    )
    velocity = ops.convert_to_numpy(target("velocity", "line"))
    np.testing.assert_allclose(
        velocity, (after - before) / (2 * step), atol=1e-3
    )


@pytest.mark.parametrize("gamma", [1.0, 5.0])
def test_min_snr_weights(gamma):
    """Those of the paper, section 3.4, for each kind of output."""
    alpha, sigma = scales_of("circle")
    snr = (alpha / sigma) ** 2
    least = np.minimum(snr, gamma)
    for name, expected in {
        "epsilon": least / snr,
        "x0": least,
        "v": least / (snr + 1),
    }.items():
        weights = MinSNRWeighting(gamma)(
            level_of("circle"), predictions.get(name)
        )
        weights = ops.convert_to_numpy(weights)
        np.testing.assert_allclose(weights, expected, rtol=1e-4)


@pytest.mark.parametrize("kind", SCALES)
def test_min_snr_weighs_one_error_alike_whatever_the_output(kind):
    level, (alpha, sigma) = level_of(kind), scales_of(kind)
    errors = []
    for name in predictions.classes:
        prediction = predictions.get(name)
        zeros = ops.zeros_like(ops.convert_to_tensor(X0))
        # How the output moves where x0 does, and the noise with it.
        x0 = ops.ones_like(zeros)
        noise = ops.convert_to_tensor(-alpha / sigma + 0 * X0, "float32")
        error = prediction.target(x0, noise, level)
        weight = weightings.get("min_snr")(level, prediction)
        errors.append(ops.convert_to_numpy(weight * ops.square(error)))
    expected = np.minimum((alpha / sigma) ** 2, 5.0) + 0 * X0
    for error in errors:
        np.testing.assert_allclose(error, expected, rtol=1e-3)


def test_uniform_weights():
    weights = weightings.get("uniform")(level_of("line"), None)
    np.testing.assert_array_equal(ops.convert_to_numpy(weights), 1.0)


def test_config_and_bad_arguments():
    assert MinSNRWeighting.from_config({"gamma": 2.0}).gamma == 2.0
    assert MinSNRWeighting(2.0).get_config() == {"gamma": 2.0}
    with pytest.raises(ValueError, match="gamma.*Received"):
        MinSNRWeighting(0.0)
    with pytest.raises(ValueError, match="Unknown prediction.*'noise'"):
        predictions.get("noise")
    with pytest.raises(ValueError, match="Unknown weighting.*None"):
        weightings.get(None)
