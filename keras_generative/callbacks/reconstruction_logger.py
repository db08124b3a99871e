from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.utils import validation
from keras_generative.visualization import reconstruction_grid
from keras_generative.visualization.pixels import check_images


class ReconstructionLogger(PictureLogger):
    """Draws images above what `model.reconstruct` makes of them.

    The picture is named `reconstructions`.

    Args:
        images: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels, the same for every picture.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `(0, 1)`.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> logger = ReconstructionLogger(x_test[:10], every_n_epochs=5)
    >>> model.fit(x_train, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        images,
        value_range=(0, 1),
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        self.images = check_images(images, "images")
        self.value_range = validation.check_value_range(value_range)

    def draw(self, model):
        reconstructions = model.reconstruct(self.images)
        picture = reconstruction_grid(
            self.images, reconstructions, self.value_range
        )
        return {"reconstructions": picture}
