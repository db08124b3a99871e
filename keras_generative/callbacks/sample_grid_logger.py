from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.utils import validation
from keras_generative.visualization import image_grid


class SampleGridLogger(PictureLogger):
    """Draws images of `model.generate`, always from the same noise.

    The picture is named `samples`.

    Args:
        num_images: Integer, images in the picture. Defaults to `64`.
        seed: Integer, at least 0, for the noise. Defaults to `0`.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `(-1, 1)`, the range of tanh.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> logger = SampleGridLogger(every_n_steps=500)
    >>> gan.fit(images, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        num_images=64,
        seed=0,
        value_range=(-1, 1),
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        validation.check_positive_integer(num_images, "num_images")
        if not validation.is_integer(seed) or seed < 0:
            raise ValueError(
                "Argument `seed` must be an integer of at least 0, so that "
                f"pictures can be compared. Received: seed={seed!r}"
            )
        self.num_images = num_images
        self.seed = seed
        self.value_range = validation.check_value_range(value_range)

    def draw(self, model):
        images = model.generate(self.num_images, seed=self.seed)
        return {"samples": image_grid(images, value_range=self.value_range)}
