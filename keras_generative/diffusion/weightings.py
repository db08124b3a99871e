"""How much the error of a network counts at each time."""

import keras
from keras import ops

from keras_generative.diffusion.part import Part
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number


class Weighting(Part):
    """What the squared error of the output is multiplied with."""

    def __call__(self, level, prediction):
        """Returns the weight of each sample, of shape (batch, 1, ...).

        Args:
            level: `Level`, alpha and sigma of each sample.
            prediction: `Prediction`, which says what the output is.
        """
        raise NotImplementedError


@keras.saving.register_keras_serializable(package="keras_generative")
class UniformWeighting(Weighting):
    """1: the squared error of what the network predicts, as it is.

    Example:

    >>> model = Diffusion(network, weighting="uniform")

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239), equation 14.
    """

    def __call__(self, level, prediction):
        return ops.ones_like(level.alpha)


@keras.saving.register_keras_serializable(package="keras_generative")
class MinSNRWeighting(Weighting):
    """`min(SNR, gamma)` for the squared error of the sample x0.

    Times of little noise, which are easy and many, count no more than others.
    For an output of another kind the weight is multiplied with the square of
    how far an error of it moves x0: `1 / SNR` for the noise, `1 / (SNR + 1)`
    for v on a circle.

    Args:
        gamma: Float above 0. Defaults to `5.0`.

    Example:

    >>> model = Diffusion(network, weighting=MinSNRWeighting(gamma=1.0))

    Reference:

    - [Hang et al., 2023](https://arxiv.org/abs/2303.09556), section 3.4.
    """

    def __init__(self, gamma=5.0):
        self.gamma = check_number(gamma, "gamma", 1e-9)

    def __call__(self, level, prediction):
        # Infinite where there is no noise.
        snr = ops.square(level.alpha) / ops.square(level.sigma)
        ones = ops.ones_like(level.alpha)
        slope, _ = prediction.split(ones, ops.zeros_like(ones), level)
        return ops.minimum(snr, self.gamma) * ops.square(slope)

    def get_config(self):
        return {"gamma": self.gamma}


weightings = Registry(
    Weighting,
    {"min_snr": MinSNRWeighting, "uniform": UniformWeighting},
    "weighting",
)
