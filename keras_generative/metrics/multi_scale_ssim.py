import keras
from keras import ops

from keras_generative.metrics.pixel_metric import PixelMetric
from keras_generative.metrics.structural_similarity import SIZE
from keras_generative.metrics.structural_similarity import similarities

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@keras.saving.register_keras_serializable(package="keras_generative")
class MultiScaleSSIM(PixelMetric):
    """Structural similarity of pairs of images at five scales, or MS-SSIM.

    Contrast and structure at each scale, luminance at the smallest, to the
    powers of the paper. Each scale is half of the one before, so that images
    must have at least 176 x 176 pixels. Similarities are averaged over windows
    before the powers, where those below 0 count as 0, and over channels after.
    1 for pairs that are equal. In a compiled step NaN pixels give NaN,
    elsewhere a `ValueError`.

    Args:
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`: `(0, 1)`, or in
            `GenerativeEvaluator` the range of the model's images.
        name: String. Defaults to `"multi_scale_ssim"`.
        dtype: Of the mean, as Keras metrics have it.

    Raises:
        ValueError: If images are not float, not finite, smaller than 176 x 176
            pixels, or not of one shape (batch, height, width, channels).

    Example:

    >>> metric = MultiScaleSSIM()
    >>> images = np.random.default_rng(0).uniform(size=(2, 176, 176, 1))
    >>> metric.update_state(images, images)
    >>> metric.result()  # 1.0

    Reference:

    - [Wang et al., 2003](https://doi.org/10.1109/ACSSC.2003.1292216).
    """

    min_size = SIZE * 2 ** (len(WEIGHTS) - 1)

    def __init__(self, value_range=None, name="multi_scale_ssim", dtype=None):
        super().__init__(value_range, name, dtype)

    def per_image(self, x, y):
        product = 1.0
        for weight in WEIGHTS[:-1]:
            _, rest = similarities(x, y)
            product = product * ops.relu(rest) ** weight
            x, y = halved(x), halved(y)
        similarity, _ = similarities(x, y)
        product = product * ops.relu(similarity) ** WEIGHTS[-1]
        return ops.mean(product, axis=1)


def halved(x):
    return ops.average_pool(
        x, 2, strides=2, padding="valid", data_format="channels_last"
    )
