"""All steps from noise to samples, as one computation."""

import keras
import numpy as np
from keras import ops

from keras_generative.diffusion.predictions import noise_of


def run(sampler, denoise, schedule, x, times, noise=None):
    """Where a sampler leads to, in a step from each time to the next.

    Args:
        sampler: `Sampler`.
        denoise: Function `(x, level) -> (x0, noise)`.
        schedule: `Schedule`.
        x: Float tensor of samples at the first time, (batch, ...).
        times: Tensor of shape (batch, num_times).
        noise: Tensor of shape (batch, num_times, ...), or `None` for samplers
            without noise of their own.

    Returns:
        `(x, level)`, those of the last time.
    """

    def level(index):
        return schedule.level(times[:, index], x)

    def step(index, state):
        before = ops.maximum(index - 1, 0)
        levels = level(before), level(index), level(index + 1)
        fresh = None if noise is None else noise[:, index]
        return sampler.step(denoise, *state, levels, fresh)

    last = ops.shape(times)[1] - 1
    state = ops.fori_loop(0, last, step, (x, ops.zeros_like(x)))
    return state[0], level(last)


class SamplingLoop(keras.Model):
    """All steps of a sampler, a model for the sake of `Forward`.

    It is called with a dict, in which all have a row for each sample: `x`, to
    begin with; `times`; `noise`, where the sampler draws some; `labels`, for
    networks that take them; `guidance`, where samples are guided; and `known`
    and a Boolean `mask`, where a part of samples is known.

    Args:
        denoiser: `Denoiser`.
        sampler: `Sampler`.
        ends_clean: Boolean, whether to end with what is believed of the last
            x, and not with that.
    """

    def __init__(self, denoiser, sampler, ends_clean):
        super().__init__(dtype="float32")
        self.network = denoiser.network
        self.denoiser = denoiser
        self.sampler = sampler
        self.ends_clean = ends_clean

    def call(self, inputs, training=None):
        def denoise(x, level):
            conditions = inputs.get("labels"), inputs.get("guidance")
            x0, noise = self.denoiser(x, level, *conditions)
            if "mask" not in inputs:
                return x0, noise
            x0 = ops.where(inputs["mask"], x0, inputs["known"])
            return x0, noise_of(x, x0, level)

        x, level = run(
            self.sampler,
            denoise,
            self.denoiser.schedule,
            inputs["x"],
            inputs["times"],
            inputs.get("noise"),
        )
        return denoise(x, level)[0] if self.ends_clean else x


class SamplingLoops:
    """Keeps the `SamplingLoop`s of a model, which are compiled once each.

    No Keras object, so that a model may hold it without more layers.

    Args:
        denoiser: `Denoiser`.
    """

    def __init__(self, denoiser):
        self.denoiser = denoiser
        self.kept = {}

    def get(self, sampler, ends_clean=True):
        key = type(sampler), str(sampler.get_config()), ends_clean
        if key not in self.kept:
            loop = SamplingLoop(self.denoiser, sampler, ends_clean)
            self.kept[key] = loop
        return self.kept[key]


class StepNoise:
    """Standard normal noise for each step, drawn when rows are asked for.

    The noise of a row depends on the seed and on the row alone.

    Args:
        seed: Integer, or `None` for one of numpy's global generator.
        shape: Tuple, (num_rows, num_times, ...).
    """

    def __init__(self, seed, shape):
        self.seed = np.random.randint(2**31) if seed is None else seed
        self.shape = shape

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, rows):
        # Other noise than that of the prior, with which samples begin.
        seeds = [(self.seed, 1, i) for i in range(len(self))[rows]]
        generators = map(np.random.default_rng, seeds)
        shape = self.shape[1:]
        return np.stack(
            [g.standard_normal(shape, "float32") for g in generators]
        )
