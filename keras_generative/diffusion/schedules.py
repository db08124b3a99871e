"""How much of a sample, and how much noise, is left at each time."""

import math
import typing

import keras
from keras import ops

from keras_generative.diffusion.part import Part
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number


class Level(typing.NamedTuple):
    """A time, and what the schedule says of it for samples of a batch.

    Args:
        time: Tensor of shape (batch,).
        alpha: Tensor of shape (batch, 1, ...), to be multiplied with samples.
        sigma: Tensor of that shape, to be multiplied with noise.
    """

    time: typing.Any
    alpha: typing.Any
    sigma: typing.Any


class Schedule(Part):
    """A way from samples at time 0 to standard normal noise at time 1.

    At time t a sample x0 has become `x_t = alpha(t) x0 + sigma(t) noise`,
    where alpha falls and sigma grows to nearly 1. A subclass has these two.
    """

    def alpha(self, time):
        """The factor of the sample, for a tensor of times in [0, 1]."""
        raise NotImplementedError

    def sigma(self, time):
        """The factor of the noise, for a tensor of times in [0, 1]."""
        raise NotImplementedError

    def log_snr(self, time):
        """The log of the signal-to-noise ratio, `log(alpha^2 / sigma^2)`."""
        return 2.0 * (ops.log(self.alpha(time)) - ops.log(self.sigma(time)))

    def training_times(self, uniform):
        """The times to learn from, made of numbers uniform in [0, 1)."""
        return uniform

    def level(self, time, x):
        """The `Level` of times of shape (batch,), for samples like `x`."""
        shape = (-1, *[1] * (len(x.shape) - 1))
        return Level(
            time,
            ops.reshape(self.alpha(time), shape),
            ops.reshape(self.sigma(time), shape),
        )


@keras.saving.register_keras_serializable(package="keras_generative")
class CosineSchedule(Schedule):
    """A quarter of a circle: `alpha = cos(a)`, `sigma = sin(a)`.

    The angle a grows evenly, nearly from 0 to pi / 2: so far that the log of
    the signal-to-noise ratio, `-2 log tan(a)`, stays within bounds.

    Args:
        max_log_snr: Float above 0, the log of the signal-to-noise ratio at
            time 0; at time 1 it is the opposite. Defaults to `10.0`.

    Example:

    >>> model = Diffusion(network, schedule=CosineSchedule(max_log_snr=15.0))

    Reference:

    - [Nichol and Dhariwal, 2021](https://arxiv.org/abs/2102.09672), section
      3.2.
    - [Hoogeboom et al., 2023](https://arxiv.org/abs/2301.11093), section 3.1,
      in continuous time.
    """

    def __init__(self, max_log_snr=10.0):
        self.max_log_snr = check_number(max_log_snr, "max_log_snr", 1e-3)

    def angle(self, time):
        first = math.atan(math.exp(-0.5 * self.max_log_snr))
        return first + (0.5 * math.pi - 2.0 * first) * time

    def alpha(self, time):
        return ops.cos(self.angle(time))

    def sigma(self, time):
        return ops.sin(self.angle(time))

    def get_config(self):
        return {"max_log_snr": self.max_log_snr}


@keras.saving.register_keras_serializable(package="keras_generative")
class LinearSchedule(Schedule):
    """A straight line: `alpha = 1 - t`, `sigma = t`.

    Example:

    >>> model = Diffusion(network, schedule="linear", prediction="velocity")

    Reference:

    - [Liu et al., 2022](https://arxiv.org/abs/2209.03003).
    - [Lipman et al., 2022](https://arxiv.org/abs/2210.02747), where time goes
      the other way.
    """

    def alpha(self, time):
        return 1.0 - time

    def sigma(self, time):
        return time


@keras.saving.register_keras_serializable(package="keras_generative")
class EDMSchedule(Schedule):
    """That of EDM: noise of deviation s from `sigma_min` to `sigma_max`.

    At time t, `s = (sigma_min^(1/rho) (1 - t) + sigma_max^(1/rho) t)^rho`. In
    training s is log-normal. `x_t` is that of the paper, `x0 + s noise`,
    divided by `sqrt(1 + s^2)`, so that it keeps its size: with
    `prediction="v"` networks learn what they learn in the paper, where the
    data have a deviation of 1.

    Args:
        sigma_min: Float above 0. Defaults to `0.002`.
        sigma_max: Float above `sigma_min`. Defaults to `80.0`.
        rho: Float above 0; the larger, the more steps at low noise. Defaults
            to `7.0`.
        mean: Float, that of log s in training. Defaults to `-1.2`.
        deviation: Float above 0, likewise. Defaults to `1.2`.

    Example:

    >>> model = Diffusion(network, schedule="edm")
    >>> samples = model.generate(64, steps=18, sampler="heun")

    Reference:

    - [Karras et al., 2022](https://arxiv.org/abs/2206.00364), table 1.
    """

    def __init__(
        self,
        sigma_min=0.002,
        sigma_max=80.0,
        rho=7.0,
        mean=-1.2,
        deviation=1.2,
    ):
        self.sigma_min = check_number(sigma_min, "sigma_min", 1e-9)
        self.sigma_max = check_number(sigma_max, "sigma_max", sigma_min)
        self.rho = check_number(rho, "rho", 1e-3)
        self.mean = check_number(mean, "mean")
        self.deviation = check_number(deviation, "deviation", 1e-9)

    def noise_deviation(self, time):
        """The s of times."""
        first, last = self._ends()
        return (first + (last - first) * time) ** self.rho

    def alpha(self, time):
        return ops.rsqrt(1.0 + ops.square(self.noise_deviation(time)))

    def sigma(self, time):
        s = self.noise_deviation(time)
        return s * ops.rsqrt(1.0 + ops.square(s))

    def training_times(self, uniform):
        normal = math.sqrt(2.0) * ops.erfinv(2.0 * uniform - 1.0)
        s = ops.exp(self.mean + self.deviation * normal)
        first, last = self._ends()
        time = (s ** (1.0 / self.rho) - first) / (last - first)
        return ops.clip(time, 0.0, 1.0)

    def _ends(self):
        return self.sigma_min ** (1 / self.rho), self.sigma_max ** (
            1 / self.rho
        )

    def get_config(self):
        return {
            "sigma_min": self.sigma_min,
            "sigma_max": self.sigma_max,
            "rho": self.rho,
            "mean": self.mean,
            "deviation": self.deviation,
        }


schedules = Registry(
    Schedule,
    {
        "cosine": CosineSchedule,
        "edm": EDMSchedule,
        "linear": LinearSchedule,
    },
    "schedule",
)
