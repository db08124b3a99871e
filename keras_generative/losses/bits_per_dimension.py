import math

from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_shape


def bits_per_dimension(log_likelihood, sample_shape, level_width=1.0):
    """A log likelihood in nats as bits for each pixel and channel.

    `-(log_likelihood / n + log(level_width)) / log(2)` with the `n` numbers of
    an image. The second term is for densities, as `GaussianNLL`: they depend
    on the units of the images, and grow by it when the grey levels are one
    unit apart again.

    Args:
        log_likelihood: Number or array, log p(x) in nats.
        sample_shape: Tuple (height, width, channels), or the shape of other
            samples.
        level_width: Float > 0, how far apart the grey levels are: `1 / 255`
            for a density of images in [0, 1], `2 / 255` in [-1, 1]. It is
            `1.0` for probabilities, as those of `"binary_crossentropy"` and
            `DiscretizedLogisticNLL`. Defaults to `1.0`. A density of levels
            bounds their probability only if noise was added to the images,
            uniform and `level_width` wide.

    Returns:
        Number or array like `log_likelihood`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> log_likelihood, _ = model.log_likelihood(x_test)
    >>> bits = bits_per_dimension(log_likelihood.mean(), (28, 28, 1))

    Reference:

    - [Theis et al., 2015](https://arxiv.org/abs/1511.01844), section 3.1.
    """
    check_shape(sample_shape, "sample_shape")
    if check_number(level_width, "level_width") <= 0.0:
        raise ValueError(
            "Argument `level_width` must be above 0. "
            f"Received: level_width={level_width!r}"
        )
    if log_likelihood is None or isinstance(log_likelihood, (str, list)):
        raise ValueError(
            "Argument `log_likelihood` must be a number or an array. "
            f"Received: log_likelihood={log_likelihood!r}"
        )
    nats = -log_likelihood / math.prod(sample_shape) - math.log(level_width)
    return nats / math.log(2)
