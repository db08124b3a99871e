import keras
from keras import ops

from keras_generative.layers.gaussian_sampling import GaussianSampling
from keras_generative.likelihood.importance_sampling import KeptLogWeights
from keras_generative.likelihood.importance_sampling import check_estimate
from keras_generative.likelihood.importance_sampling import (
    estimate_log_likelihood,
)
from keras_generative.likelihood.latent_diagnostics import diagnose
from keras_generative.losses.divergences import standard_normal_kl
from keras_generative.models.autoencoder import Autoencoder
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.labels import conditioned
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class VAE(Autoencoder):
    """An autoencoder whose latents follow N(0, I), so that it can generate.

    The encoder gives the mean and log variance of q(z|x), a latent is drawn
    from it, and the loss is the negative evidence lower bound:
    `reconstruction_loss + beta * kl_loss`, where `kl_loss` is the mean over
    the batch of KL(q(z|x) || N(0, I)) in nats. For binary images, with binary
    cross-entropy and `beta=1`, it bounds -log p(x) from above.

    Args:
        encoder: `keras.Model` that maps samples of shape (batch, ...), such as
            images of shape (batch, height, width, channels), to a pair
            `(z_mean, z_log_var)`, both of shape (batch, latent_dim) or any
            other, and knows the shape of its input. A second input takes
            labels, those of `fit(x, y)`: a conditional VAE.
        decoder: `keras.Model` that maps latents, and labels if it has a second
            input, to samples of that shape, or to a pair `(mean, log_scale)`
            of them, for a loss that is a likelihood with `scale=None`.
        beta: Float >= 0, the weight of the KL; above 1, a beta-VAE. The
            model holds it as the variable `vae.beta`, which a callback may
            `assign`. Defaults to `1.0`.
        seed: Integer or `None`, for the latents drawn in training.
        **kwargs: `value_range` of the samples, see `GenerativeModel`; `name`
            and `dtype` of the model.

    Raises:
        ValueError: If the shapes of the networks do not fit each other.

    Example:

    >>> model = VAE(
    ...     networks.mlp_encoder((28, 28, 1), latent_dim=2, gaussian=True),
    ...     networks.mlp_decoder(2, (28, 28, 1)),
    ... )
    >>> model.compile("adam", loss="binary_crossentropy")
    >>> model.fit(images, epochs=10, batch_size=128)
    >>> new_images = model.generate(32, seed=1)

    Reference:

    - [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114).
    - [Higgins et al., 2017](https://openreview.net/forum?id=Sy2fzU9gl), for
      beta.
    """

    log_names = ("loss", "reconstruction_loss", "kl_loss")

    def __init__(self, encoder, decoder, beta=1.0, seed=None, **kwargs):
        check_number(beta, "beta", minimum=0.0)
        super().__init__(encoder, decoder, **kwargs)
        self.prior = StandardNormal()
        self.seed = check_seed(seed, optional=True)
        self.sampling = GaussianSampling(seed=self.seed, name="sampling")
        self.beta = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(beta),
            trainable=False,
            autocast=False,
            name="beta",
        )
        self.initial_beta = float(beta)
        self._log_weights = KeptLogWeights()

    def _check_encoder(self, encoder, sample_shape):
        encoded = output_shapes(encoder, sample_shape, "encoder")
        if len(encoded) != 2 or encoded[0] != encoded[1] or not encoded[0]:
            hint = ""
            if len(encoded) == 3:
                hint = "Leave out the third: the model draws latents itself. "
            raise ValueError(
                "The encoder of a VAE must give two outputs of shape "
                f"(batch, latent_dim), `z_mean` and `z_log_var`. {hint}"
                f"Received: outputs of shape {encoded}"
            )
        return encoded[0]

    def compile(
        self,
        optimizer="adam",
        loss="binary_crossentropy",
        metrics=(),
        **kwargs,
    ):
        super().compile(optimizer, loss, metrics, **kwargs)

    def call(self, inputs, training=None):
        x, *labels = keras.tree.flatten(inputs)
        labels = labels or [None]
        reconstructions, kl_loss = self._reconstruct(x, *labels, training)
        self.add_loss(self.beta * kl_loss)
        return reconstructions

    def _reconstruct(self, x, labels, training):
        """Reconstructions, and the mean of KL(q(z|x) || N(0, I))."""
        z_mean, z_log_var = conditioned(self.encoder, x, labels, training)
        kl_loss = ops.mean(standard_normal_kl(z_mean, z_log_var))
        z = self.sampling((z_mean, z_log_var))  # (batch, latent_dim)
        return conditioned(self.decoder, z, labels, training), kl_loss

    def objective(self, batch, training):
        """The negative evidence lower bound, and the logs: its terms."""
        x, labels, targets = batch
        reconstructions, kl_loss = self._reconstruct(x, labels, training)
        loss, logs = self.reconstruction_objective(targets, reconstructions)
        loss = loss + self.beta * kl_loss
        return loss, {**logs, "loss": loss, "kl_loss": kl_loss}

    def encode(self, images, labels=None, batch_size=256, verbose="auto"):
        """Means of the posteriors q(z|x) of samples. See `Autoencoder.encode`.

        Args:
            images: See `Autoencoder.encode`.
            labels: See `Autoencoder.encode`.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, latent_dim).
        """
        z_mean, _ = self.posterior(images, labels, batch_size, verbose)
        return z_mean

    def posterior(self, images, labels=None, batch_size=256, verbose="auto"):
        """The posteriors q(z|x) of samples, normal with a diagonal covariance.

        Args:
            images: See `Autoencoder.encode`.
            labels: See `Autoencoder.encode`.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Pair of float32 arrays of shape (num_images, latent_dim), the means
            and the logs of the variances.
        """
        return tuple(self._encoded(images, labels, batch_size, verbose))

    def load_weights(self, filepath, **kwargs):
        """Loads as `keras.Model.load_weights` does, all but `beta`.

        That is no weight that was learned, and stays what it is here.
        """
        beta = ops.convert_to_numpy(self.beta)
        super().load_weights(filepath, **kwargs)
        self.beta.assign(beta)

    def log_likelihood(
        self, images, num_samples=200, seed=0, verbose="auto", labels=None
    ):
        """Estimates log p(x) of samples by importance sampling, in nats.

        The log of the mean of `p(x|z) p(z) / q(z|x)` over latents drawn from
        q(z|x), where p(x|z) is the reconstruction loss of `compile`. It is
        below log p(x) on average, and the less so the more samples.

        Args:
            images: See `Autoencoder.encode`.
            num_samples: Integer, at least 2, for each image. Defaults to
                `200`.
            seed: Integer, of the latents, which are the same on every
                backend. Defaults to `0`.
            verbose: See `Autoencoder.encode`.
            labels: See `Autoencoder.encode`. With them it is log p(x|label).

        Returns:
            Named tuple `(values, standard_errors)` of float64 arrays of shape
            (num_images,): the estimates, and how far the choice of latents
            moves each. The standard error of `values.mean()`, the choice of
            images included, is `values.std() / sqrt(num_images)`.

        Raises:
            ValueError: If the loss is neither a `NegativeLogLikelihood` nor,
                for images of 0 and 1, binary cross-entropy.

        Reference:

        - [Burda et al., 2015](https://arxiv.org/abs/1509.00519), equation 8.
        """
        x, labels = self._gathered(images, labels)
        x = x.astype("float32")
        check_estimate(self, x, num_samples)
        check_seed(seed)
        posteriors = self.posterior(x, labels, verbose=verbose)
        labels = [] if labels is None else [labels]
        return estimate_log_likelihood(
            self._log_weights.get(self.decoder, self.loss_fn),
            (x, *posteriors, *labels),
            num_samples,
            seed,
            verbose,
        )

    def latent_diagnostics(self, images, seed=0, verbose="auto", labels=None):
        """What the latents are used for, over images.

        Latents of any other shape count as vectors.

        Args:
            images: See `Autoencoder.encode`. Time grows with the square of
                their number.
            seed: Integer, of one latent for each image. Defaults to `0`.
            verbose: See `Autoencoder.encode`.
            labels: See `Autoencoder.encode`.

        Returns:
            Named tuple, in nats: arrays `kl_per_dimension`, `active_units`
            (whether the posterior mean has a variance above 0.01); floats
            `mutual_information` of images and latents (at most the log of
            the number of images) and `marginal_kl` from the aggregated
            posterior q(z) to the prior, which sum to the mean KL; arrays
            `mean` and `covariance` of q(z).

        Reference:

        - [Burda et al., 2015](https://arxiv.org/abs/1509.00519), for active
          units.
        - [Hoffman and Johnson, 2016](
          http://approximateinference.org/accepted/HoffmanJohnson2016.pdf),
          for the two parts of the KL.
        """
        check_seed(seed)
        posteriors = self.posterior(images, labels, verbose=verbose)
        vectors = [x.reshape(len(x), -1) for x in posteriors]
        return diagnose(*vectors, seed, verbose)

    def get_config(self):
        return {
            **super().get_config(),
            "beta": self.initial_beta,
            "seed": self.seed,
        }
