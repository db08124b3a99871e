import keras
from keras import ops

from keras_generative.metrics.pixel_metric import PixelMetric
from keras_generative.metrics.structural_similarity import SIZE
from keras_generative.metrics.structural_similarity import similarities


@keras.saving.register_keras_serializable(package="keras_generative")
class SSIM(PixelMetric):
    """Structural similarity of pairs of images.

    Luminance, contrast and structure of 11 x 11 windows, weighted by a Gaussian
    of sigma 1.5, compared with the constants of the paper. 1 for pairs that
    are equal, averaged over windows within the image, channels and pairs. In a
    compiled step NaN pixels give NaN, elsewhere a `ValueError`.

    Args:
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`: `(0, 1)`, or in
            `GenerativeEvaluator` the range of the model's images.
        name: String. Defaults to `"ssim"`.
        dtype: Of the mean, as Keras metrics have it.

    Raises:
        ValueError: If images are not float, not finite, smaller than 11 x 11
            pixels, or not of one shape (batch, height, width, channels).

    Example:

    >>> metric = SSIM()
    >>> images = np.random.default_rng(0).uniform(size=(2, 16, 16, 1))
    >>> metric.update_state(images, images)
    >>> metric.result()  # 1.0

    Reference:

    - [Wang et al., 2004](https://doi.org/10.1109/TIP.2003.819861).
    """

    min_size = SIZE

    def __init__(self, value_range=None, name="ssim", dtype=None):
        super().__init__(value_range, name, dtype)

    def per_image(self, x, y):
        similarity, _ = similarities(x, y)
        return ops.mean(similarity, axis=1)
