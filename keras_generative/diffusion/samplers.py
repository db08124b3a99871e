"""Ways from noise to a sample, a step at a time.

On its way a sample follows `dx = x0 d(alpha) + noise d(sigma)`, where x0 and
noise are what the network believes of x: the probability flow, of which
samplers without noise of their own are approximations.
"""

import keras
import numpy as np
from keras import ops

from keras_generative.diffusion.part import Part
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number


class Sampler(Part):
    """One step of the way, and at which times there are steps."""

    @property
    def draws_noise(self):
        """Boolean, whether a step needs new noise."""
        return False

    def times(self, steps):
        """Times at which the network is asked, from 1 down, without 0.

        From the last of them, x0 itself is the sample.

        Args:
            steps: Positive integer.

        Returns:
            Float array of shape (steps,).
        """
        return np.linspace(1.0, 0.0, steps, endpoint=False)

    def step(self, denoise, x, previous, levels, noise):
        """Goes on by one step.

        Args:
            denoise: Function `(x, level) -> (x0, noise)`.
            x: Tensor of noisy samples, (batch, ...).
            previous: The x0 of the step before, unknown at the first.
            levels: The `Level`s before, of x, and to go to. At the first step
                the one before is that of x.
            noise: Tensor of the shape of x if `draws_noise`, or `None`.

        Returns:
            `(x, x0)`: x at the level to go to, and what was believed of it.
        """
        raise NotImplementedError


@keras.saving.register_keras_serializable(package="keras_generative")
class DDIM(Sampler):
    """The noise that the network sees in x, less of it, and some new noise.

    From time t to s, with the deviation d of new noise z,

        x_s = alpha_s x0 + sqrt(sigma_s^2 - d^2) noise + d z
        d   = eta sigma_s sqrt(1 - SNR_t / SNR_s)

    For eta = 0 it is Euler's method on the probability flow, in alpha and
    sigma: `"euler"` is another name of it. For eta = 1 see `DDPM`.

    Args:
        eta: Float in [0, 1]. Defaults to `0.0`.

    Example:

    >>> samples = model.generate(64, steps=50, sampler=DDIM(eta=0.2))

    Reference:

    - [Song et al., 2020](https://arxiv.org/abs/2010.02502), equations 12 and
      16.
    """

    def __init__(self, eta=0.0):
        self.eta = check_number(eta, "eta", 0.0, 1.0)

    @property
    def draws_noise(self):
        return self.eta > 0

    def step(self, denoise, x, previous, levels, noise):
        _, here, there = levels
        x0, epsilon = denoise(x, here)
        if not self.draws_noise:
            return there.alpha * x0 + there.sigma * epsilon, x0
        # d^2 as a share of sigma_s^2.
        fresh = self.eta**2 * (1.0 - ops.square(_noise_ratio(here, there)))
        kept = there.sigma * ops.sqrt(1.0 - fresh)
        deviation = there.sigma * ops.sqrt(fresh)
        return there.alpha * x0 + kept * epsilon + deviation * noise, x0

    def get_config(self):
        return {"eta": self.eta}


@keras.saving.register_keras_serializable(package="keras_generative")
class DDPM(DDIM):
    """Ancestral sampling: draws from `q(x_s | x_t, x0)` at each step.

    That is `DDIM` with eta = 1. It takes more steps than others, and forgets
    errors of earlier ones.

    Example:

    >>> samples = model.generate(64, steps=250, sampler="ddpm")

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239), algorithm 2.
    """

    def __init__(self):
        super().__init__(eta=1.0)

    def get_config(self):
        return {}


@keras.saving.register_keras_serializable(package="keras_generative")
class Heun(Sampler):
    """The mean of the slopes at both ends of Euler's step.

    From time t to s, where x' is what Euler's step leads to, and x0' and
    noise' what the network believes of that,

        x_s = x_t + (alpha_s - alpha_t) (x0 + x0') / 2
                  + (sigma_s - sigma_t) (noise + noise') / 2

    Each step asks the network twice, and the error falls with the square of
    their number.

    Example:

    >>> samples = model.generate(64, steps=18, sampler="heun")

    Reference:

    - [Karras et al., 2022](https://arxiv.org/abs/2206.00364), algorithm 1.
    """

    def step(self, denoise, x, previous, levels, noise):
        _, here, there = levels
        x0, epsilon = denoise(x, here)
        guess = there.alpha * x0 + there.sigma * epsilon
        x0_there, epsilon_there = denoise(guess, there)
        mean_x0 = 0.5 * (x0 + x0_there)
        mean_epsilon = 0.5 * (epsilon + epsilon_there)
        x = x + (there.alpha - here.alpha) * mean_x0
        return x + (there.sigma - here.sigma) * mean_epsilon, x0


@keras.saving.register_keras_serializable(package="keras_generative")
class DPMSolver(Sampler):
    """DPM-Solver++ (2M): goes on with x0 as it has changed so far.

    With `h = log(alpha_s / sigma_s) - log(alpha_t / sigma_t)`, and the h' and
    the x0' of the step before,

        x_s = alpha_s x0 + sigma_s noise
              + (alpha_s - alpha_t sigma_s / sigma_t) h / (2 h') (x0 - x0')

    The error falls with the square of the number of steps, each of which asks
    the network once. The first step is one of `DDIM`.

    Example:

    >>> samples = model.generate(64, steps=20, sampler="dpm_solver")

    Reference:

    - [Lu et al., 2022](https://arxiv.org/abs/2211.01095), algorithm 2.
    """

    def step(self, denoise, x, previous, levels, noise):
        before, here, there = levels
        x0, epsilon = denoise(x, here)
        ratio = _noise_ratio(here, there)
        h, h_before = -ops.log(ratio), -ops.log(_noise_ratio(before, here))
        # Infinitely far from pure noise, x0 has changed at no rate at all.
        rate = ops.where(h_before > 0, h / (2.0 * h_before), 0.0)
        change = there.alpha * (1.0 - ratio) * rate * (x0 - previous)
        return there.alpha * x0 + there.sigma * epsilon + change, x0


def _noise_ratio(here, there):
    """The square root of SNR_t / SNR_s, at most 1 on the way to s < t."""
    return here.alpha * there.sigma / (here.sigma * there.alpha)


samplers = Registry(
    Sampler,
    {
        "ddim": DDIM,
        "ddpm": DDPM,
        "dpm_solver": DPMSolver,
        "euler": DDIM,
        "heun": Heun,
    },
    "sampler",
)
