import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_seed
from keras_generative.utils.validation import check_value_range


@keras.saving.register_keras_serializable(package="keras_generative")
class DiffColor(keras.layers.Layer):
    """Changes brightness, saturation and contrast by chance, differentiably.

    In this order, with numbers drawn for each image: all pixels are moved by
    the same amount, colours away from the grey of their pixel or towards it,
    and pixels away from the mean of their image or towards it. Nothing is
    clipped, so that every pixel keeps its gradient. The defaults are those of
    DiffAugment.

    Args:
        brightness: Float >= 0, the largest amount, as a share of the value
            range. Defaults to `0.25`.
        saturation: Float >= 0. Colours are scaled by a factor in
            [1 - saturation, 1 + saturation). Defaults to `1.0`.
        contrast: Float >= 0, likewise. Defaults to `0.5`.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `(-1, 1)`.
        seed: Integer or `None`, for the noise.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        images: Float tensor of shape (batch, height, width, channels).
        training: Boolean. If `False`, images pass unchanged. Defaults to
            `True`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> images = DiffColor(value_range=(0, 1))(keras.ops.ones((8, 4, 4, 3)))

    Reference:

    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), "color".
    """

    def __init__(
        self,
        brightness=0.25,
        saturation=1.0,
        contrast=0.5,
        value_range=(-1, 1),
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.brightness = check_number(brightness, "brightness", minimum=0.0)
        self.saturation = check_number(saturation, "saturation", minimum=0.0)
        self.contrast = check_number(contrast, "contrast", minimum=0.0)
        self.value_range = check_value_range(value_range)
        self.seed = check_seed(seed, optional=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.input_spec = keras.layers.InputSpec(ndim=4)
        self.built = True

    def call(self, images, training=True):
        if not training:
            return images
        u = backend.random_uniform(
            (ops.shape(images)[0], 3, 1, 1, 1), self.seed_generator
        )
        u = ops.cast(2.0 * u - 1.0, images.dtype)  # in [-1, 1)
        low, high = self.value_range
        images = images + u[:, 0] * (self.brightness * (high - low))
        grey = ops.mean(images, axis=3, keepdims=True)
        images = grey + (images - grey) * (1.0 + self.saturation * u[:, 1])
        mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
        return mean + (images - mean) * (1.0 + self.contrast * u[:, 2])

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "brightness": self.brightness,
            "saturation": self.saturation,
            "contrast": self.contrast,
            "value_range": self.value_range,
            "seed": self.seed,
        }
