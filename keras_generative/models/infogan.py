import keras
from keras import ops

from keras_generative import backend
from keras_generative.losses.code_posterior import CodePosterior
from keras_generative.models.gan import GAN
from keras_generative.priors.noise_and_codes import NoiseAndCodes
from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.data_checks import gathered_samples
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_generative")
class InfoGAN(GAN):
    """A GAN whose latents have a part that can be told from its samples.

    Beside noise `z` the generator is given codes `c`: categories as one-hot
    vectors, and numbers uniform in [-1, 1]. The discriminator guesses them,
    `Q(c|x)`, and both networks gain from the mutual information of codes and
    samples, by its lower bound
    `L_I = E[log Q(c|G(z, c))] + H(c)`, without any labels. A category may then
    stand for a digit, and a number for its slant.

    Args:
        generator: `keras.Model` that maps `[noise, one-hot vectors, numbers]`,
            joined to one vector of size `latent_dim + num_categories +
            num_continuous`, to samples of shape (batch, ...).
        discriminator: `keras.Model` that maps samples to scores, as that of a
            `GAN`, and, as far as there are such codes: to logits of shape
            (batch, num_categories), and to the means of the numbers, of shape
            (batch, num_continuous). The numbers' deviation from the mean is
            taken to be 1, or exp of one more output of that shape.
        latent_dim: Positive integer, the size of the noise.
        num_categories: Integer, at least 2, or 0 for none. A tuple, for
            several codes, of which the one-hot vectors and the logits are
            joined. Defaults to `10`.
        num_continuous: Integer, how many numbers. Defaults to `2`.
        **kwargs: See `GAN`.

    Raises:
        ValueError: If an argument is none of the above, or the networks do
            not fit each other.

    Example:

    >>> model = InfoGAN(
    ...     networks.dcgan_generator(64 + 10 + 2, (28, 28, 1)),
    ...     networks.dcgan_discriminator((28, 28, 1), outputs=(1, 10, 2)),
    ...     latent_dim=64,
    ... )
    >>> model.compile(information_weight=1.0)
    >>> model.fit(images, epochs=20)
    >>> of_one_kind = model.generate(16, codes=3)
    >>> probabilities, means = model.infer_codes(images)

    Reference:

    - [Chen et al., 2016](https://arxiv.org/abs/1606.03657), equations 5, 6.
    """

    log_names = (*GAN.log_names, "mutual_information")

    def __init__(
        self,
        generator,
        discriminator,
        latent_dim,
        num_categories=10,
        num_continuous=2,
        **kwargs,
    ):
        noise_dim = check_positive_integer(latent_dim, "latent_dim")
        codes = NoiseAndCodes(noise_dim, num_categories, num_continuous)
        latent_dim = noise_dim + codes.code_dim
        super().__init__(generator, discriminator, latent_dim, **kwargs)
        check_takes_no_labels(generator=generator, discriminator=discriminator)
        self.prior = self.latent_codes = codes
        self._posterior = CodePosterior(codes)
        _, *further = output_shapes(
            discriminator, self.sample_shape, "discriminator"
        )
        self._posterior.check_outputs(further)

    def _check_outputs(self, shapes):
        super()._check_outputs(shapes[:1])

    def compile(self, *args, information_weight=1.0, **kwargs):
        """Says how the networks learn.

        Args:
            *args: See `AdversarialModel.compile`.
            information_weight: Float >= 0, the paper's lambda. Defaults to
                `1.0`.
            **kwargs: See `AdversarialModel.compile`.
        """
        self.information_weight = check_number(
            information_weight, "information_weight", minimum=0.0
        )
        super().compile(*args, **kwargs)

    def draw_latents(self, batch):
        """Noise and codes, one vector for each sample of a batch."""
        batch_size = ops.shape(keras.tree.flatten(batch)[0])[0]
        codes, seed = self.latent_codes, self.seed_generator
        noise = backend.random_normal((batch_size, codes.noise_dim), seed)
        uniform = backend.random_uniform((batch_size, codes.num_codes), seed)
        return codes.latents_of(noise, uniform)

    def make(self, batch, training):
        latents = self.draw_latents(batch)
        fake = self.generator(latents, training=training)
        return fake, latents[:, self.latent_codes.noise_dim :]

    def auxiliary_loss(self, outputs, batch, made):
        if made is None:  # Nobody knows the codes of real samples.
            return 0.0, {}
        _, codes = made
        log_q = ops.mean(self._posterior.log_prob(codes, outputs))
        information = log_q + self.latent_codes.code_entropy  # L_I
        logs = {"mutual_information": information}
        return -self.information_weight * information, logs

    def generate(
        self,
        num_images,
        codes=None,
        seed=None,
        ema=False,
        prior=None,
        batch_size=256,
        verbose="auto",
    ):
        """New samples, of noise and codes that are drawn, or of codes given.

        Args:
            num_images: Positive integer.
            codes: Float array of shape (num_images, num_categories +
                num_continuous), or a category, an integer for all samples or
                for each, where there is one code of categories. Defaults to
                `None`.
            seed: See `GAN.generate`, likewise the others.
            ema: Boolean.
            prior: `Prior` of noise and codes together.
            batch_size: Positive integer.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, *sample_shape).

        Raises:
            ValueError: If an argument is none of the above.
        """
        check_positive_integer(num_images, "num_images")
        z = self._sample_latents(num_images, seed, prior)
        if codes is not None:
            z = self.latent_codes.with_codes(z, codes)
        with self._averages(ema):
            return self.decode(z, batch_size=batch_size, verbose=verbose)

    def infer_codes(self, images, batch_size=256, verbose="auto"):
        """What the discriminator takes the codes of samples to be.

        Args:
            images: Float array of shape (num_images, ...), or a data set as
                `fit` takes it.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Pair of arrays: the probabilities of categories, of shape
            (num_images, num_categories), and the means of numbers, of shape
            (num_images, num_continuous).

        Raises:
            ValueError: If the samples do not fit.
        """
        x, _ = gathered_samples(self, images)
        _, *outputs = self._predict(
            self.discriminator, x, None, batch_size, verbose
        )
        return self._posterior.expectations(outputs)

    def get_config(self):
        return {
            **super().get_config(),
            "latent_dim": self.latent_codes.noise_dim,
            "num_categories": self.latent_codes.num_categories,
            "num_continuous": self.latent_codes.num_continuous,
        }

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "information_weight": self.information_weight,
        }
