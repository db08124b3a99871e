from keras_generative.callbacks import model_facts
from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.callbacks.pixel_range import check_value_range
from keras_generative.callbacks.pixel_range import pixel_range
from keras_generative.callbacks.pixel_range import warn_of_nan
from keras_generative.visualization import reconstruction_grid
from keras_generative.visualization.names import check_names
from keras_generative.visualization.pixels import check_images


class ReconstructionLogger(PictureLogger):
    """Draws images above what `model.reconstruct` makes of them.

    The picture is named `reconstructions`.

    Args:
        images: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels, the same for every picture.
        labels: Array of shape (num_images,) or (num_images, n), for a model
            that takes labels; others are not given them. Defaults to `None`.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`, `model.value_range`; where the
            model has none, that of `images`.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.
        row_names: List of two names, written before the rows, such as
            `["original", "reconstruction"]`. Defaults to `None`, no names.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            the model cannot reconstruct, or takes other labels.

    Example:

    >>> logger = ReconstructionLogger(x_test[:10], every_n_epochs=5)
    >>> model.fit(x_train, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        images,
        labels=None,
        value_range=None,
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
        row_names=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        self.images = check_images(images, "images")
        self.labels = model_facts.check_number_of_labels(
            labels, len(self.images)
        )
        self.value_range = check_value_range(value_range)
        self.row_names = check_names(row_names, 2, "row_names")

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        model_facts.check_method(self.model, "reconstruct", self)
        model_facts.check_takes(self.model, self.images, self)
        model_facts.label_arguments(self.model, self.labels, self)

    def draw(self, model):
        labels = model_facts.label_arguments(model, self.labels, self)
        reconstructions = model.reconstruct(self.images, **labels)
        for images in (self.images, reconstructions):
            warn_of_nan(images, self._warn_once)
        picture = reconstruction_grid(
            self.images,
            reconstructions,
            pixel_range(self.value_range, model, self.images),
            self.row_names,
        )
        return {"reconstructions": picture}
