import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class DiffCutout(keras.layers.Layer):
    """Empties a box in a random place of each image, differentiably.

    The sides of the box are the rounded share `ratio` of height and width.
    Its centre is drawn uniformly from the image, and it is cut off at the
    border.

    Args:
        ratio: Float in [0, 1]. Defaults to `0.5`, as in DiffAugment.
        fill_value: Float, what the pixels of the box become. Defaults to
            `0.0`, as in DiffAugment: grey, if images are in [-1, 1].
        seed: Integer or `None`, for the noise.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        images: Float tensor of shape (batch, height, width, channels).
        training: Boolean. If `False`, images pass unchanged. Defaults to
            `True`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> images = DiffCutout()(keras.ops.ones((8, 28, 28, 1)))

    Reference:

    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), "cutout".
    """

    def __init__(self, ratio=0.5, fill_value=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.ratio = check_number(ratio, "ratio", minimum=0.0, maximum=1.0)
        self.fill_value = check_number(fill_value, "fill_value")
        self.seed = check_seed(seed, optional=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.input_spec = keras.layers.InputSpec(ndim=4)
        self.built = True

    def call(self, images, training=True):
        if not training:
            return images
        height, width = images.shape[1:3]
        u = backend.random_uniform(
            (ops.shape(images)[0], 2), self.seed_generator
        )
        rows = self.cut(height, u[:, 0])[:, :, None, None]
        columns = self.cut(width, u[:, 1])[:, None, :, None]
        box = ops.logical_and(rows, columns)  # (batch, height, width, 1)
        return ops.where(box, self.fill_value, images)

    def cut(self, size, u):
        """Which of `size` pixels are in the box, `u` in [0, 1) saying where.

        Returns:
            Boolean tensor of shape (batch, size).
        """
        length = int(size * self.ratio + 0.5)
        # An even length has its centre between two pixels: one place more.
        centre = ops.floor(u * (size + 1 - length % 2))
        start = ops.cast(centre, "int32")[:, None] - length // 2
        pixels = ops.arange(size, dtype="int32")
        return ops.logical_and(pixels >= start, pixels < start + length)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "ratio": self.ratio,
            "fill_value": self.fill_value,
            "seed": self.seed,
        }
