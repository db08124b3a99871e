from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.utils import validation
from keras_generative.visualization import image_grid
from keras_generative.visualization import latent_manifold_points
from keras_generative.visualization import latent_scatter
from keras_generative.visualization.latents import check_labels
from keras_generative.visualization.pixels import check_images


class LatentPlotLogger(PictureLogger):
    """Draws where `model.encode` puts images, and what the space decodes to.

    The picture `latent_space` has one point for each image. If the model has
    a standard normal prior to `generate` from and two-dimensional latents,
    the picture `latent_manifold` shows `model.decode` at the prior's
    quantiles.

    Args:
        images: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels, the same for every picture.
        labels: Integers of shape (num_images,) or (num_images, 1), the
            classes that colour the points. Defaults to `None`, one colour.
        manifold_rows: Integer, decoded images on a side of the manifold, `0`
            for no manifold. Defaults to `20`.
        value_range: Pair of numbers, the values of black and of full
            brightness of the decoded images. Defaults to `(0, 1)`.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> logger = LatentPlotLogger(x_test[:5000], y_test[:5000])
    >>> model.fit(x_train, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        images,
        labels=None,
        manifold_rows=20,
        value_range=(0, 1),
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        self.images = check_images(images, "images")
        check_labels(labels, len(self.images))
        self.labels = labels
        if manifold_rows != 0:
            validation.check_positive_integer(manifold_rows, "manifold_rows")
        self.manifold_rows = manifold_rows
        self.value_range = validation.check_value_range(value_range)

    def draw(self, model):
        z = model.encode(self.images)
        pictures = {"latent_space": latent_scatter(z, self.labels)}
        # A plain autoencoder has no prior, hence no `generate`.
        has_prior = hasattr(model, "generate")
        if self.manifold_rows and has_prior and z.shape[1] == 2:
            images = model.decode(latent_manifold_points(self.manifold_rows))
            pictures["latent_manifold"] = image_grid(
                images, self.manifold_rows, self.value_range
            )
        return pictures
