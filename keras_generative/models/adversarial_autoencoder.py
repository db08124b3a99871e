import math

import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.models.autoencoder import Autoencoder
from keras_generative.priors.gaussian_mixture import GaussianMixture
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.codes import check_codes
from keras_generative.training.codes import drawn_codes
from keras_generative.training.game_networks import check_scores
from keras_generative.training.labels import LabelSpec
from keras_generative.training.labels import conditioned
from keras_generative.training.labels import label_spec
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import label_input
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class AdversarialAutoencoder(AdversarialModel, Autoencoder):
    """An autoencoder whose codes a discriminator cannot tell from a prior.

    The discriminator is shown latents, not samples: those drawn from the
    prior `p(z)` are real, the codes of samples fake. It minimises what it
    does in a GAN, and with `L_R` the reconstruction loss and `g` what the
    generator of a GAN minimises, encoder and decoder minimise

        L = L_R(x, Dec(z)) + adversarial_weight * g(s(z)),  z = Enc(x).

    The aggregate of all codes comes to follow the prior, of which no density
    is asked: it is enough to draw from it. Then the decoder generates.

    Args:
        encoder: `keras.Model` that maps samples of shape (batch, ...) to codes
            of shape (batch, latent_dim), or of any other, or to a pair
            `(z_mean, z_log_var)` of that shape, of which codes are drawn in
            training. A second input takes labels.
        decoder: See `Autoencoder`.
        discriminator: `keras.Model` that maps latents to scores of shape
            (batch, 1): logits, larger = more real. If a second input takes
            labels, the codes of each class follow the prior; under a
            `GaussianMixture`, the Gaussian of their class.
        prior: `Prior` that can be drawn from in a train step, a
            `StandardNormal` or a `GaussianMixture`. Defaults to `None`, the
            former.
        seed: Integer or `None`, for what is drawn in training.
        **kwargs: `value_range` of the samples, see `GenerativeModel`; `name`
            and `dtype` of the model.

    Raises:
        ValueError: If the networks or the prior do not fit each other.

    Example:

    >>> model = AdversarialAutoencoder(
    ...     networks.mlp_encoder((28, 28, 1), latent_dim=2),
    ...     networks.mlp_decoder(2, (28, 28, 1)),
    ...     networks.mlp_discriminator((2,)),
    ... )
    >>> model.compile(reconstruction_loss="binary_crossentropy")
    >>> model.fit(images, epochs=20)
    >>> new_images = model.generate(32, seed=1)

    Reference:

    - [Makhzani et al., 2015](https://arxiv.org/abs/1511.05644), sections 2
      and 2.3, for labels.
    """

    makers = ("encoder", "decoder")
    sample_network = "decoder"
    log_names = (*AdversarialModel.log_names, "reconstruction_loss")

    def __init__(self, encoder, decoder, discriminator, prior=None, **kwargs):
        if kwargs.get("augmenter") is not None:
            raise ValueError(
                "The discriminator of an `AdversarialAutoencoder` sees "
                "latents, and an augmenter is for images. "
                f"Received: augmenter={kwargs['augmenter']!r}"
            )
        super().__init__(encoder, decoder, **kwargs)
        check_scores(
            output_shapes(discriminator, self.latent_shape, "discriminator")
        )
        networks = {
            "encoder": encoder,
            "decoder": decoder,
            "discriminator": discriminator,
        }
        check_nothing_shared(**networks)
        self.discriminator = discriminator
        self.prior = StandardNormal() if prior is None else prior
        self._label_spec_of_fit = label_spec(**networks)
        self._check_prior()

    def _check_encoder(self, encoder, sample_shape):
        return check_codes(encoder, sample_shape)

    def _check_prior(self):
        if not hasattr(self.prior, "latents_of"):
            raise ValueError(
                "The prior must be one that can be drawn from in a train "
                "step, a `StandardNormal` or a `GaussianMixture`. "
                f"Received: prior={self.prior!r}"
            )
        self._sample_latents(1, 0, None)  # Fails where shapes do not fit.
        if self._chooses_by_class:
            spec, count = self._label_spec_of_fit, self.prior.num_components
            if spec.shape or spec.num_classes not in (None, count):
                raise ValueError(
                    "A discriminator of labels and a mixture must have a "
                    "Gaussian for each class. Received: labels "
                    f"{spec} and {count} Gaussians"
                )
            self._label_spec_of_fit = LabelSpec((), count)

    @property
    def _chooses_by_class(self):
        is_told = label_input(self.discriminator) is not None
        return is_told and isinstance(self.prior, GaussianMixture)

    def _wanted_labels(self):
        # The discriminator may be the one network that is told labels: then
        # they are of no use but in training.
        return self._label_spec_of_fit

    def compile(
        self,
        *args,
        reconstruction_loss="mean_squared_error",
        adversarial_weight=1.0,
        metrics=(),
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            *args: See `AdversarialModel.compile`; encoder and decoder have
                the `generator_optimizer`.
            reconstruction_loss: Any Keras loss, as `Autoencoder.compile` takes
                it: summed over the numbers of a sample and averaged over the
                batch.
            adversarial_weight: Float >= 0, see above. Defaults to `1.0`.
            metrics: See `Autoencoder.compile`.
            **kwargs: See `AdversarialModel.compile`.
        """
        self.adversarial_weight = check_number(
            adversarial_weight, "adversarial_weight", minimum=0.0
        )
        self._compile_reconstruction(reconstruction_loss, metrics)
        super().compile(*args, **kwargs)

    def draw_latents(self, batch):
        """Latents of the prior, one for each sample of a batch."""
        x, labels, _ = batch
        size, seed = ops.shape(x)[0], self.seed_generator
        shape = (size, math.prod(self.latent_shape))
        noise = backend.random_normal(shape, seed)
        uniform = backend.random_uniform((size, 1), seed)
        classes = labels if self._chooses_by_class else None
        z = self.prior.latents_of(noise, uniform, classes)
        return ops.reshape(z, (-1, *self.latent_shape))

    def _reconstruct(self, x, labels, training):
        _, reconstructions = self._coded(x, labels, training)
        return reconstructions

    def _coded(self, x, labels, training):
        """Codes as they are drawn in training, and the reconstructions."""
        encoded = conditioned(self.encoder, x, labels, training)
        z = drawn_codes(encoded, self.seed_generator)
        return z, conditioned(self.decoder, z, labels, training)

    def make(self, batch, training):
        x, labels, _ = batch
        z, reconstructions = self._coded(x, labels, training)
        drawn = self.draw_latents(batch)
        return drawn, z, *keras.tree.flatten(reconstructions)

    def discriminator_objective(self, batch, made, training):
        (_, labels, _), (drawn, z, *_) = batch, made
        loss, logs, _ = self.discriminator_duel(
            self.discriminator, drawn, z, labels, training
        )
        return loss, logs

    def generator_objective(self, batch, made, training):
        (_, labels, targets), (drawn, z, *outputs) = batch, made
        loss, _ = self.generator_duel(
            self.discriminator, drawn, z, labels, training
        )
        mean, *log_scale = outputs
        reconstruction_loss = self._compared(
            targets, (mean, *log_scale) if log_scale else mean
        )
        # The paper takes a step for each of the two, with the discriminator's
        # between them. They are summed here, and share one optimizer.
        loss = reconstruction_loss + self.adversarial_weight * loss
        return loss, {"reconstruction_loss": reconstruction_loss}

    def get_config(self):
        config = {
            **super().get_config(),
            "discriminator": serialize_keras_object(self.discriminator),
            "prior": serialize_keras_object(self.prior),
        }
        del config["augmenter"]
        return config

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "reconstruction_loss": self.loss_fn,
            "adversarial_weight": self.adversarial_weight,
            "metrics": self._reconstruction_metrics.identifiers,
        }
