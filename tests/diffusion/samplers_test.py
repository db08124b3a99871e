"""Samplers on data whose best denoiser is known."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.diffusion import DDIM
from keras_generative.diffusion import DDPM
from keras_generative.diffusion import CosineSchedule
from keras_generative.diffusion import DPMSolver
from keras_generative.diffusion import EDMSchedule
from keras_generative.diffusion import Heun
from keras_generative.diffusion import LinearSchedule
from keras_generative.diffusion.samplers import samplers
from keras_generative.diffusion.sampling import StepNoise
from keras_generative.diffusion.schedules import Level
from tests.diffusion import gaussian

SCHEDULES = {
    "cosine": CosineSchedule(max_log_snr=20.0),
    "edm": EDMSchedule(),
    "linear": LinearSchedule(),
}
NOISE = np.linspace(-2.0, 2.0, 5)[:, None]


def error(sampler, schedule, steps):
    """How far from the probability flow a sampler ends."""
    samples = gaussian.samples(sampler, schedule, NOISE, steps)
    return np.abs(samples - gaussian.end_of_flow(schedule, NOISE)).max()


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(
    "sampler, order",
    [(DDIM(), 1), (Heun(), 2), (DPMSolver(), 2)],
    ids=["DDIM", "Heun", "DPMSolver"],
)
def test_order_of_convergence(sampler, order, schedule):
    few, many = (error(sampler, SCHEDULES[schedule], n) for n in (96, 384))
    assert many < (0.01 if order == 1 else 5e-4)
    assert 4**order / 1.8 < few / many < 4**order * 1.8


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_moments_of_samples(eta, schedule):
    generator = np.random.default_rng(0)
    x = generator.standard_normal((4000, 1))
    noise = generator.standard_normal((4000, 200, 1)) if eta else None
    samples = gaussian.samples(DDIM(eta), SCHEDULES[schedule], x, 200, noise)
    assert abs(samples.mean() - gaussian.MEAN) < 0.02
    assert abs(samples.std() - gaussian.DEVIATION) < 0.025


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_step_of_ddpm_is_a_draw_from_the_posterior(schedule):
    """q(x_s | x_t, x0) of Gaussians, by Bayes' rule."""
    schedule = SCHEDULES[schedule]
    times = np.array([0.7, 0.4], "float32")
    alpha_t, alpha_s, sigma_t, sigma_s = (
        float(f(ops.convert_to_tensor(t)))
        for f in (schedule.alpha, schedule.sigma)
        for t in times
    )
    alpha = alpha_t / alpha_s  # of x_t given x_s
    variance = sigma_t**2 - alpha**2 * sigma_s**2
    precision = 1 / sigma_s**2 + alpha**2 / variance
    x, x0 = np.array([[1.3]], "float32"), np.array([[-0.4]], "float32")
    mean = (alpha_s * x0 / sigma_s**2 + alpha * x / variance) / precision

    def denoise(x, level):
        return x0, (x - level.alpha * x0) / level.sigma

    here, there = (
        Level(None, *(ops.convert_to_tensor([[v]]) for v in pair))
        for pair in ((alpha_t, sigma_t), (alpha_s, sigma_s))
    )
    means = []
    for z in (0.0, 1.0):
        z = ops.convert_to_tensor([[z]])
        x_s, _ = DDPM().step(
            denoise, ops.convert_to_tensor(x), None, (here, here, there), z
        )
        means.append(float(ops.squeeze(x_s)))
    np.testing.assert_allclose(means[0], mean.item(), rtol=1e-4)
    np.testing.assert_allclose(means[1] - means[0], precision**-0.5, rtol=1e-4)


def test_heun_on_the_line_is_heun_on_the_velocity():
    steps = 5
    x = NOISE
    times = np.append(DDIM().times(steps), 0.0)

    def velocity(x, t):
        level = Level(None, 1 - t, t)
        x0, noise = gaussian.denoise(x, level)
        return noise - x0

    for t, s in zip(times[:-2], times[1:-1]):
        slope = velocity(x, t)
        guess = x + (s - t) * slope
        x = x + (s - t) * 0.5 * (slope + velocity(guess, s))
    x = x - times[-2] * velocity(x, times[-2])
    samples = gaussian.samples(Heun(), LinearSchedule(), NOISE, steps)
    np.testing.assert_allclose(samples, x, rtol=1e-4, atol=1e-5)


def test_dpm_solver_is_that_of_the_paper():
    """Algorithm 2, in the logs that it is written in."""
    schedule, steps = SCHEDULES["cosine"], 6
    times = DDIM().times(steps).astype("float32")
    alpha, sigma = (
        ops.convert_to_numpy(f(ops.convert_to_tensor(times))).astype("float64")
        for f in (schedule.alpha, schedule.sigma)
    )
    lambdas = np.log(alpha / sigma)
    h = np.diff(lambdas)
    x, beliefs = NOISE, []
    for i in range(steps - 1):
        x0, _ = gaussian.denoise(x, Level(None, alpha[i], sigma[i]))
        beliefs.append(x0)
        d = x0
        if i > 0:
            r = h[i - 1] / h[i]
            d = (1 + 1 / (2 * r)) * x0 - 1 / (2 * r) * beliefs[i - 1]
        x = sigma[i + 1] / sigma[i] * x - alpha[i + 1] * np.expm1(-h[i]) * d
    expected, _ = gaussian.denoise(x, Level(None, alpha[-1], sigma[-1]))
    samples = gaussian.samples(DPMSolver(), schedule, NOISE, steps)
    np.testing.assert_allclose(samples, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", sorted(samplers.classes))
def test_one_step_gives_what_is_believed_of_noise(name):
    samples = gaussian.samples(
        samplers.get(name), LinearSchedule(), NOISE, 1, np.zeros((5, 1, 1))
    )
    np.testing.assert_allclose(samples, gaussian.MEAN, rtol=1e-5)


def test_noise_of_steps_depends_on_seed_and_row_alone():
    noise = StepNoise(3, (8, 5, 2))
    assert len(noise) == 8
    rows = noise[2:5]
    assert rows.shape == (3, 5, 2) and rows.dtype == "float32"
    np.testing.assert_array_equal(rows, StepNoise(3, (9, 5, 2))[0:9][2:5])
    assert noise[6:12].shape == (2, 5, 2)  # the last batch
    assert (StepNoise(4, (8, 5, 2))[2:5] != rows).all()
    many = StepNoise(1, (2000, 3))[0:2000]
    assert abs(many.mean()) < 0.05 and abs(many.std() - 1) < 0.05
    assert abs(np.corrcoef(many.T) - np.eye(3)).max() < 0.1


def test_config_and_bad_arguments():
    for sampler in (DDIM(0.3), DDPM(), Heun(), DPMSolver()):
        config = keras.saving.serialize_keras_object(sampler)
        loaded = samplers.get(config)
        assert type(loaded) is type(sampler)
        assert loaded.get_config() == sampler.get_config()
    assert samplers.get("euler").eta == 0
    for eta in (-0.1, 1.1, "1"):
        with pytest.raises(ValueError, match="eta.*at most 1.*Received"):
            DDIM(eta)
    with pytest.raises(ValueError, match="Unknown sampler.*'plms'"):
        samplers.get("plms")
