"""What a network says of a noisy sample, and what follows from it."""

import keras
from keras import ops

from keras_generative.diffusion.part import Part
from keras_generative.utils.serialization import Registry

# Where there is nothing but noise, it says nothing of the sample.
SMALLEST = 1e-4


def noise_of(x, x0, level):
    """The noise in x, where the sample is x0."""
    return (x - level.alpha * x0) / ops.maximum(level.sigma, SMALLEST)


class Prediction(Part):
    """What a network predicts, linear in the sample and the noise.

    With `x = alpha x0 + sigma noise`, its output gives both of them.
    """

    def target(self, x0, noise, level):
        """What the network is to say.

        Args:
            x0: Tensor of samples, (batch, ...).
            noise: Tensor of that shape.
            level: `Level`, alpha and sigma of each sample.
        """
        raise NotImplementedError

    def split(self, output, x, level):
        """The sample and the noise that an output speaks of.

        Args:
            output: Tensor of the shape of samples.
            x: Tensor of noisy samples, (batch, ...).
            level: `Level`, alpha and sigma of each sample.

        Returns:
            `(x0, noise)`, with `x = alpha x0 + sigma noise`.
        """
        raise NotImplementedError


@keras.saving.register_keras_serializable(package="keras_generative")
class EpsilonPrediction(Prediction):
    """The noise. Nearly pure noise then says little of the sample.

    Example:

    >>> model = Diffusion(network, prediction="epsilon")

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239), equation 14.
    """

    def target(self, x0, noise, level):
        return noise

    def split(self, output, x, level):
        x0 = (x - level.sigma * output) / ops.maximum(level.alpha, SMALLEST)
        return x0, output


@keras.saving.register_keras_serializable(package="keras_generative")
class X0Prediction(Prediction):
    """The sample without its noise.

    Example:

    >>> model = Diffusion(network, prediction="x0")

    Reference:

    - [Salimans and Ho, 2022](https://arxiv.org/abs/2202.00512), section 4.
    """

    def target(self, x0, noise, level):
        return x0

    def split(self, output, x, level):
        return output, noise_of(x, output, level)


@keras.saving.register_keras_serializable(package="keras_generative")
class VPrediction(Prediction):
    """`v = alpha noise - sigma x0`, of one size at every time.

    Where `alpha^2 + sigma^2 = 1`, it is orthogonal to `x`, and
    `x0 = alpha x - sigma v`, `noise = sigma x + alpha v`.

    Example:

    >>> model = Diffusion(network, prediction="v")

    Reference:

    - [Salimans and Ho, 2022](https://arxiv.org/abs/2202.00512), appendix D.
    """

    def target(self, x0, noise, level):
        return level.alpha * noise - level.sigma * x0

    def split(self, output, x, level):
        _, alpha, sigma = level
        size = ops.square(alpha) + ops.square(sigma)
        x0 = (alpha * x - sigma * output) / size
        return x0, (sigma * x + alpha * output) / size


@keras.saving.register_keras_serializable(package="keras_generative")
class VelocityPrediction(Prediction):
    """`noise - x0`, the velocity of x on the straight line between the two.

    `x0 = (x - sigma velocity) / (alpha + sigma)`, where `alpha + sigma` is 1
    on the `LinearSchedule`.

    Example:

    >>> model = Diffusion(network, schedule="linear", prediction="velocity")

    Reference:

    - [Liu et al., 2022](https://arxiv.org/abs/2209.03003), equation 1.
    """

    def target(self, x0, noise, level):
        return noise - x0

    def split(self, output, x, level):
        _, alpha, sigma = level
        x0 = (x - sigma * output) / (alpha + sigma)
        return x0, (x + alpha * output) / (alpha + sigma)


predictions = Registry(
    Prediction,
    {
        "epsilon": EpsilonPrediction,
        "v": VPrediction,
        "velocity": VelocityPrediction,
        "x0": X0Prediction,
    },
    "prediction",
)
