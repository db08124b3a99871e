"""Reconstruction losses that are -log p(x|z), constants included."""

import math

import keras
from keras import ops

from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_string
from keras_generative.utils.validation import check_value_range


class NegativeLogLikelihood(keras.losses.Loss):
    """What these losses are: one method of image, mean and log scale.

    Each number of a sample, of an image each pixel and channel, is independent
    of the others given the latent, so that the sum is -log p(x|z) in nats. A
    subclass may be any distribution of which the decoder says the location.

    Args:
        scale: Float > 0, the same for all pixels, in units of the images. If
            `None`, the decoder has two outputs of the shape of an image: the
            mean, and the log of the scale.
        name: String.
    """

    # A learned scale stays above exp(this), softly, so that pixels that are
    # always the same do not send it to 0.
    min_log_scale = -7.0

    def __init__(self, scale, name):
        super().__init__(name=check_string(name, "name"))
        if scale is not None and check_number(scale, "scale") <= 0.0:
            raise ValueError(
                "Argument `scale` must be above 0, or `None`. "
                f"Received: scale={scale!r}"
            )
        self.scale = scale

    def pixel_losses(self, images, mean, log_scale):
        """Returns -log p of each pixel and channel.

        Args:
            images: Float tensor of shape (batch, height, width, channels), or
                of other samples.
            mean: Float tensor of that shape.
            log_scale: Float tensor of that shape, or a scalar.
        """
        raise NotImplementedError

    def call(self, y_true, y_pred):
        if self.scale is not None:
            mean = y_pred
            log_scale = ops.convert_to_tensor(math.log(self.scale), mean.dtype)
        else:
            mean, log_scale = y_pred
            log_scale = self.min_log_scale + ops.softplus(
                log_scale - self.min_log_scale
            )
        # As all losses of Keras, the mean over the last axis.
        return ops.mean(self.pixel_losses(y_true, mean, log_scale), axis=-1)

    def get_config(self):
        return {"scale": self.scale, "name": self.name}


@keras.saving.register_keras_serializable(package="keras_generative")
class GaussianNLL(NegativeLogLikelihood):
    """-log N(x; mean, scale**2): a density, for images of real numbers.

    `0.5 * ((x - mean) / scale)**2 + log(scale) + 0.5 * log(2 pi)`. With a
    fixed scale it trains as `0.5 / scale**2` times the squared error does. A
    learned scale balances reconstruction and KL by itself: let the decoder
    end with `layers.SharedLogScale`, or give a scale for each pixel.

    Args:
        scale: Float > 0, the standard deviation, or `None` if the decoder
            gives `(mean, log_scale)`; then it stays above exp(-6), about half
            a grey level of images in [0, 1]. Defaults to `1.0`.
        name: String. Defaults to `"gaussian_nll"`.

    Raises:
        ValueError: If `scale` is not above 0.

    Example:

    >>> model.compile("adam", loss=GaussianNLL(scale=0.1))

    Reference:

    - [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114), appendix C.
    - [Rybkin et al., 2020](https://arxiv.org/abs/2006.13202), for the learned
      scale, and its lower bound.
    """

    min_log_scale = -6.0

    def __init__(self, scale=1.0, name="gaussian_nll"):
        super().__init__(scale, name)

    def pixel_losses(self, images, mean, log_scale):
        standardized = (images - mean) * ops.exp(-log_scale)
        return (
            0.5 * ops.square(standardized)
            + log_scale
            + 0.5 * math.log(2 * math.pi)
        )


@keras.saving.register_keras_serializable(package="keras_generative")
class DiscretizedLogisticNLL(NegativeLogLikelihood):
    """-log P of grey levels: the mass of a logistic around each level.

    A level has the mass that a logistic distribution has nearer to it than to
    any other, the lowest and the highest also all beyond. The probabilities
    of the levels sum to 1, so that `bits_per_dimension` is what a lossless
    compressor needs.

    Args:
        scale: Float > 0, of the logistic, or `None` if the decoder gives
            `(mean, log_scale)`. Defaults to `None`.
        value_range: Pair of numbers, the lowest and the highest level.
            Defaults to `(0, 1)`.
        num_levels: Integer, at least 2, how many levels are evenly spaced
            from the one to the other. Defaults to `256`.
        name: String. Defaults to `"discretized_logistic_nll"`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> model.compile("adam", loss=DiscretizedLogisticNLL(scale=0.1))

    Reference:

    - [Kingma et al., 2016](https://arxiv.org/abs/1606.04934), section 5.2.
    - [Salimans et al., 2017](https://arxiv.org/abs/1701.05517), equation 2,
      for the lowest and the highest level.
    """

    def __init__(
        self,
        scale=None,
        value_range=(0, 1),
        num_levels=256,
        name="discretized_logistic_nll",
    ):
        super().__init__(scale, name)
        self.value_range = check_value_range(value_range)
        if check_positive_integer(num_levels, "num_levels") < 2:
            raise ValueError(
                "Argument `num_levels` must be at least 2. "
                f"Received: num_levels={num_levels}"
            )
        self.num_levels = num_levels

    def pixel_losses(self, images, mean, log_scale):
        low, high = self.value_range
        width = (high - low) / (self.num_levels - 1)
        level = ops.round((images - low) / width)
        precision = ops.exp(-log_scale)
        center = (low + width * level - mean) * precision
        half = 0.5 * width * precision
        # The mass between two ends is s(upper) - s(lower), with the sigmoid
        # s, and that is s(upper) s(-lower) (1 - exp(lower - upper)).
        to_upper_end = ops.softplus(-center - half)
        to_lower_end = ops.softplus(center - half)
        between = -ops.log(-ops.expm1(-2.0 * half))
        lowest, highest = level <= 0, level >= self.num_levels - 1
        return (
            ops.where(highest, 0.0, to_upper_end)
            + ops.where(lowest, 0.0, to_lower_end)
            + ops.where(ops.logical_or(lowest, highest), 0.0, between)
        )

    def get_config(self):
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "num_levels": self.num_levels,
        }
