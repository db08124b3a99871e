from keras_generative.utils.batching import standard_normal
from keras_generative.utils.validation import check_positive_integer


class LatentPrior:
    """What models whose latents follow N(0, I) can do: make new images."""

    def generate(self, num_images, seed=None, ema=False, verbose="auto"):
        """New images, made of latents drawn from N(0, I).

        Args:
            num_images: Positive integer.
            seed: Integer; the same seed gives the same latents, on every
                backend. `None` draws others each time.
            ema: Boolean. If `True`, the weights are their moving averages,
                which an optimizer with `use_ema=True` keeps. Statistics of
                batch normalization stay those of the last steps. Defaults
                to `False`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, height, width, channels).

        Raises:
            ValueError: If `num_images` is no positive integer, or the
                optimizer keeps no averages.
        """
        check_positive_integer(num_images, "num_images")
        z = standard_normal(num_images, self.latent_dim, seed)
        network, *_ = self.image_maker()
        with self.averages(ema):
            return self.make_images(network, z, verbose)
