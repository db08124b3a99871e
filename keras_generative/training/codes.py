from keras_generative.layers.gaussian_sampling import draw_gaussian
from keras_generative.training.data_checks import gathered_samples
from keras_generative.training.labels import labels_for
from keras_generative.utils.networks import output_shapes


class Codes:
    """What a `GenerativeModel` with an `encoder` does for who asks for codes.

    An encoder of two outputs gives the means and the log variances of
    Gaussians, and the code of a sample is then the mean.
    """

    def encode(self, images, labels=None, batch_size=256, verbose="auto"):
        """Latents of samples.

        Args:
            images: Float array of shape (num_images, height, width, channels),
                or of other samples, or a data set of them as `fit` takes it.
            labels: For networks that take them, an integer for all samples or
                an array of shape (num_images,) or (num_images, n). Defaults
                to `None`, those of the data set.
            batch_size: Positive integer. Defaults to `256`.
            verbose: `"auto"`, `0`, `1` or `2`, as that of `predict`. `"auto"`
                shows a progress bar only if this takes many batches, and
                never within `fit`. Defaults to `"auto"`.

        Returns:
            Float32 array of shape (num_images, latent_dim).

        Raises:
            ValueError: If samples or labels do not fit.
        """
        encoded = self._encoded(images, labels, batch_size, verbose)
        return encoded[0] if isinstance(encoded, list) else encoded

    def reconstruct(
        self, images, labels=None, ema=False, batch_size=256, verbose="auto"
    ):
        """Samples as they come back from their latents.

        Args:
            images: See `encode`.
            labels: See `encode`.
            ema: Boolean. If `True`, the weights are their moving averages,
                which an optimizer with `use_ema=True` keeps. Defaults to
                `False`.
            batch_size: See `encode`.
            verbose: See `encode`.

        Returns:
            Float32 array of the shape of `images`.
        """
        x, labels = self._gathered(images, labels)
        with self._averages(ema):
            z = self.encode(x, labels, batch_size, verbose)
            return self.decode(z, labels, batch_size, verbose)

    def _encoded(self, images, labels, batch_size, verbose):
        """All that the encoder gives: latents, or a pair of arrays."""
        x, labels = self._gathered(images, labels)
        return self._predict(self.encoder, x, labels, batch_size, verbose)

    def _gathered(self, data, labels):
        """Samples of an array or a data set, and their labels or `None`."""
        x, own_labels = gathered_samples(self, data)
        if labels is None and self.label_spec is not None:
            labels = own_labels
        return x, labels_for(self, len(x), labels)


def drawn_codes(encoded, seed_generator):
    """One code for each sample, drawn where the encoder gives Gaussians.

    Args:
        encoded: What the encoder gives: codes of shape (batch, latent_dim),
            or a pair `(z_mean, z_log_var)` of that shape.
        seed_generator: `keras.random.SeedGenerator` of the model.

    Returns:
        Tensor of shape (batch, latent_dim), differentiable.
    """
    if not isinstance(encoded, (list, tuple)):
        return encoded
    return draw_gaussian(*encoded, seed_generator)


def check_codes(encoder, sample_shape):
    """Returns the shape of one code, or raises a `ValueError`.

    Args:
        encoder: `keras.Model`.
        sample_shape: Tuple, the shape of one sample.
    """
    encoded = output_shapes(encoder, sample_shape, "encoder")
    if encoded not in ([encoded[0]], [encoded[0]] * 2) or not encoded[0]:
        raise ValueError(
            "The encoder must give codes of shape (batch, latent_dim), or a "
            "pair `(z_mean, z_log_var)` of that shape. "
            f"Received: outputs of shape {encoded}"
        )
    return encoded[0]
