import keras
from keras import ops

from keras_generative.metrics.pixel_metric import PixelMetric


@keras.saving.register_keras_serializable(package="keras_generative")
class PSNR(PixelMetric):
    """Peak signal-to-noise ratio of pairs of images, in decibels.

    `10 log10(1 / mse)`, with pixels from 0 to 1, of each pair, averaged over
    pairs. Infinite for pairs that are equal. In a compiled step NaN pixels give
    NaN, elsewhere a `ValueError`.

    Args:
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`: `(0, 1)`, or in
            `GenerativeEvaluator` the range of the model's images.
        name: String. Defaults to `"psnr"`.
        dtype: Of the mean, as Keras metrics have it.

    Raises:
        ValueError: If images are not float, not finite, or not of one shape
            (batch, height, width, channels).

    Example:

    >>> metric = PSNR()
    >>> metric.update_state(np.zeros((2, 8, 8, 1)), np.full((2, 8, 8, 1), 0.1))
    >>> metric.result()  # 20.0
    """

    def __init__(self, value_range=None, name="psnr", dtype=None):
        super().__init__(value_range, name, dtype)

    def per_image(self, x, y):
        mse = ops.mean(ops.square(x - y), axis=(1, 2, 3))
        return -10.0 * ops.log10(mse)
