"""Data of which everything is known: N(MEAN, DEVIATION^2), number by number."""

import numpy as np
from keras import ops

from keras_generative.diffusion.sampling import run

MEAN, DEVIATION = 0.7, 0.4


def denoise(x, level):
    """What is to be believed of x: E[x0 | x] and E[noise | x]."""
    variance = (level.alpha * DEVIATION) ** 2 + level.sigma**2
    rest = (x - level.alpha * MEAN) / variance
    return MEAN + level.alpha * DEVIATION**2 * rest, level.sigma * rest


def end_of_flow(schedule, x):
    """Where the probability flow leads to: standardized numbers are kept."""
    alpha, sigma = (
        float(f(ops.ones(()))) for f in (schedule.alpha, schedule.sigma)
    )
    return MEAN + DEVIATION * (x - alpha * MEAN) / np.hypot(
        alpha * DEVIATION, sigma
    )


def samples(sampler, schedule, x, steps, noise=None):
    x = ops.convert_to_tensor(x, "float32")
    times = np.tile(sampler.times(steps).astype("float32"), (len(x), 1))
    if noise is not None:
        noise = ops.convert_to_tensor(noise, "float32")
    times = ops.convert_to_tensor(times)
    x, level = run(sampler, denoise, schedule, x, times, noise)
    return ops.convert_to_numpy(denoise(x, level)[0])
