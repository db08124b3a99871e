import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class DiffTranslation(keras.layers.Layer):
    """Moves images by whole pixels in a random direction, differentiably.

    For each image, the pixels down and to the right are drawn uniformly from
    -n to n, n being the rounded share `ratio` of its height or width. What
    leaves the image is lost.

    Args:
        ratio: Float in [0, 1]. Defaults to `0.125`, as in DiffAugment.
        fill_value: Float, what the emptied pixels become. Defaults to `0.0`,
            as in DiffAugment: grey, if images are in [-1, 1].
        seed: Integer or `None`, for the noise.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        images: Float tensor of shape (batch, height, width, channels).
        training: Boolean. If `False`, images pass unchanged. Defaults to
            `True`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> images = DiffTranslation()(keras.ops.ones((8, 28, 28, 1)))

    Reference:

    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), "translation".
    """

    def __init__(self, ratio=0.125, fill_value=0.0, seed=None, **kwargs):
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
        u = backend.random_uniform(
            (ops.shape(images)[0], 2), self.seed_generator
        )
        images = self.move(images, u[:, 0], axis=1)
        return self.move(images, u[:, 1], axis=2)

    def move(self, images, u, axis):
        """Moves each image along one axis, `u` in [0, 1) saying how far."""
        size = images.shape[axis]
        limit = int(size * self.ratio + 0.5)
        distance = ops.floor(u * (2 * limit + 1)) - limit
        distance = ops.cast(distance, "int32")[:, None]
        source = ops.arange(size, dtype="int32") - distance  # (batch, size)
        inside = ops.logical_and(source >= 0, source < size)
        shape = [-1, 1, 1, 1]
        shape[axis] = size
        pixels = ops.take_along_axis(
            images,
            ops.reshape(ops.clip(source, 0, size - 1), shape),
            axis=axis,
        )
        return ops.where(ops.reshape(inside, shape), pixels, self.fill_value)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "ratio": self.ratio,
            "fill_value": self.fill_value,
            "seed": self.seed,
        }
