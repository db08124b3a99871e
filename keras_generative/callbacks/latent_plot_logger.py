from keras_generative.callbacks import model_facts
from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.callbacks.pixel_range import check_value_range
from keras_generative.callbacks.pixel_range import pixel_range
from keras_generative.callbacks.pixel_range import warn_of_nan
from keras_generative.utils import validation
from keras_generative.visualization import image_grid
from keras_generative.visualization import latent_manifold_points
from keras_generative.visualization import latent_scatter
from keras_generative.visualization.labels import is_one_hot
from keras_generative.visualization.labels import read_labels
from keras_generative.visualization.pixels import check_images


class LatentPlotLogger(PictureLogger):
    """Draws where `model.encode` puts images, and what the space decodes to.

    The picture `latent_space` has one point for each image, as
    `visualization.latent_scatter` draws it. If the model has a standard
    normal prior to `generate` from and two-dimensional latents, the picture
    `latent_manifold` shows `model.decode` at the prior's quantiles, with the
    label of the first image if the model takes labels.

    Args:
        images: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels, the same for every picture.
        labels: Integers, strings or floats of shape (num_images,) or
            (num_images, 1), or one-hot of shape (num_images, num_classes),
            which colour the points. A model that takes labels is told them,
            and they may then be other vectors too, which give one colour.
            Defaults to `None`, one colour.
        manifold_rows: Integer, decoded images on a side of the manifold, `0`
            for no manifold. Defaults to `20`.
        value_range: Pair of numbers, the values of black and of full
            brightness of the decoded images. Defaults to `None`,
            `model.value_range`; where the model has none, that of `images`.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            the model cannot encode, or takes other labels.

    Example:

    >>> logger = LatentPlotLogger(x_test[:5000], y_test[:5000])
    >>> model.fit(x_train, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        images,
        labels=None,
        manifold_rows=20,
        value_range=None,
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        self.images = check_images(images, "images")
        count = len(self.images)
        self.labels = model_facts.check_number_of_labels(labels, count)
        self._is_vectors = _is_vectors(self.labels)
        self._colors = None if self._is_vectors else self.labels
        read_labels(self._colors, count)
        if not validation.is_integer(manifold_rows) or manifold_rows < 0:
            raise ValueError(
                "Argument `manifold_rows` must be an integer of at least 0. "
                f"Received: manifold_rows={manifold_rows!r}"
            )
        self.manifold_rows = manifold_rows
        self.value_range = check_value_range(value_range)

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        model = self.model
        model_facts.check_method(model, "encode", self)
        model_facts.check_takes(model, self.images, self)
        if self._is_vectors and model_facts.label_spec(model) is None:
            raise ValueError(
                "Vectors as `labels` have no colour, and are only for a model "
                "that takes them. Classes may be one-hot. "
                f"Received: labels of shape={self.labels.shape}"
            )
        model_facts.label_arguments(model, self.labels, self)

    def draw(self, model):
        labels = model_facts.label_arguments(model, self.labels, self)
        z = model.encode(self.images, **labels)
        pictures = {"latent_space": latent_scatter(z, self._colors)}
        # A plain autoencoder has none, a model of one's own need not say.
        has_prior = getattr(model, "prior", hasattr(model, "generate"))
        if self.manifold_rows and has_prior and z.shape[1:] == (2,):
            pictures["latent_manifold"] = self._manifold(model, labels)
        return pictures

    def _manifold(self, model, labels):
        points = latent_manifold_points(self.manifold_rows)
        first = {k: v[:1].repeat(len(points), 0) for k, v in labels.items()}
        images = model.decode(points, **first)
        warn_of_nan(images, self._warn_once)
        range_ = pixel_range(self.value_range, model, self.images)
        return image_grid(images, self.manifold_rows, range_)


def _is_vectors(labels):
    """Whether labels are numbers of which there are several for each image."""
    return (
        labels is not None
        and labels.ndim == 2
        and labels.shape[1] > 1
        and labels.dtype.kind in "iubf"
        and not is_one_hot(labels)
    )
