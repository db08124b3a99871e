import math

import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.codes import Codes
from keras_generative.training.codes import check_codes
from keras_generative.training.codes import drawn_codes
from keras_generative.training.game_networks import check_generator
from keras_generative.training.game_networks import check_scores
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import label_input
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.precision import at_least_float32
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_latent_shape


@keras.saving.register_keras_serializable(package="keras_generative")
class BiGAN(Codes, AdversarialModel):
    """A GAN with an encoder, which learns to invert the generator.

    The discriminator judges pairs: a sample and its code, `(x, E(x))`, are
    real, a latent and what is made of it, `(G(z), z)`, fake. Generator and
    encoder together want it to mistake the one for the other. With `s` the
    scores, `g` what the generator minimises under an `AdversarialLoss` and
    `b` the boundary of that loss, they minimise

        L = g(s(G(z), z)) + g(2b - s(x, E(x))),

    where the mirrored scores are those of a discriminator whose real pairs
    are the made ones. With `D = sigmoid(s)` that is, for `"minimax"`, the
    value of the game, `log(1 - D(G(z), z)) + log D(x, E(x))`, and for
    `"non_saturating"`, `-log D(G(z), z) - log(1 - D(x, E(x)))`, which both
    papers train with. A loss that compares scores has both pairs in `g`
    already, and `L` is that.

    Penalties are on the gradient with respect to the pair, as one vector. An
    encoder that gives Gaussians makes it ALI.

    Args:
        generator: `keras.Model` that maps latents of shape
            (batch, latent_dim) to samples of shape (batch, ...).
        encoder: `keras.Model` that maps samples to codes of shape
            (batch, latent_dim), or to a pair `(z_mean, z_log_var)` of that
            shape, of which codes are drawn in training.
        discriminator: `keras.Model` that maps pairs `[samples, latents]` to
            scores of shape (batch, 1): logits, larger = more real.
        latent_dim: Positive integer, or the shape of one latent.
        **kwargs: See `GAN`. An augmenter is for the samples of pairs.

    Raises:
        ValueError: If the networks do not fit each other, or take labels.

    Example:

    >>> features = networks.dcgan_discriminator((28, 28, 1), outputs=(256,))
    >>> model = BiGAN(
    ...     networks.dcgan_generator(64, (28, 28, 1)),
    ...     networks.conv_encoder((28, 28, 1), latent_dim=64),
    ...     networks.joint_discriminator(features, latent_dim=64),
    ...     latent_dim=64,
    ... )
    >>> model.compile(penalties=["r1_penalty"])
    >>> model.fit(images, epochs=20)
    >>> z = model.encode(images)

    Reference:

    - [Donahue et al., 2017](https://arxiv.org/abs/1605.09782), equations 2
      and 3.
    - [Dumoulin et al., 2017](https://arxiv.org/abs/1606.00704), algorithm 1.
    """

    makers = ("generator", "encoder")

    def __init__(self, generator, encoder, discriminator, latent_dim, **kwargs):
        latent_shape = check_latent_shape(latent_dim, "latent_dim")
        sample_shape = check_generator(generator, latent_shape)
        codes = check_codes(encoder, sample_shape)
        check_fit(codes, latent_shape, "Each code of the encoder")
        check_takes_no_labels(generator=generator, encoder=encoder)
        _check_discriminator(discriminator, sample_shape, latent_shape)
        networks = {
            "generator": generator,
            "encoder": encoder,
            "discriminator": discriminator,
        }
        check_nothing_shared(**networks)
        super().__init__(
            sample_shape, latent_shape, None, StandardNormal(), **kwargs
        )
        for name, network in networks.items():
            setattr(self, name, network)

    def call(self, inputs, training=None):
        return self.generator(inputs, training=training)

    def make(self, batch, training):
        x, _ = batch
        z = self.draw_latents(batch)
        encoded = self.encoder(x, training=training)
        codes = drawn_codes(encoded, self.seed_generator)
        return self.generator(z, training=training), z, codes

    def discriminator_objective(self, batch, made, training):
        (x, _), (fake, z, codes) = batch, made
        loss, logs, _ = self.discriminator_duel(
            self.discriminator, (x, codes), (fake, z), training=training
        )
        return loss, logs

    def generator_objective(self, batch, made, training):
        (x, _), (fake, z, codes) = batch, made
        real_scores, fake_scores = (
            self.judge(
                self.discriminator, self.seen(pair, training), None, training
            )[0]
            for pair in ((x, codes), (fake, z))
        )
        return self._makers_loss(fake_scores, real_scores), {}

    def _makers_loss(self, fake_scores, real_scores):
        loss = self.adversarial_loss
        if loss.compares_scores:
            return loss.generator_loss(fake_scores, real_scores)
        mirrored = 2.0 * loss.boundary - real_scores
        return loss.generator_loss(fake_scores, None) + loss.generator_loss(
            mirrored, None
        )

    def seen(self, samples, training):
        """Pairs of samples and latents, joined to one vector each."""
        x, z = samples
        vectors = [
            ops.reshape(at_least_float32(part), (-1, math.prod(shape)))
            for part, shape in (
                (super().seen(x, training), self.sample_shape),
                (z, self.latent_shape),
            )
        ]
        return ops.concatenate(vectors, axis=-1)

    def judge(self, discriminator, samples, labels=None, training=False):
        """The scores of pairs that `seen` has joined."""
        x, z = ops.split(samples, [math.prod(self.sample_shape)], axis=-1)
        x = ops.reshape(x, (-1, *self.sample_shape))
        z = ops.reshape(z, (-1, *self.latent_shape))
        # Latents are the second input, where labels would be.
        return super().judge(discriminator, x, z, training)

    def get_config(self):
        return {
            **super().get_config(),
            "generator": serialize_keras_object(self.generator),
            "encoder": serialize_keras_object(self.encoder),
            "discriminator": serialize_keras_object(self.discriminator),
            "latent_dim": self.latent_dim,
        }


def _check_discriminator(discriminator, sample_shape, latent_shape):
    check_scores(output_shapes(discriminator, sample_shape, "discriminator"))
    second = label_input(discriminator)
    if second is None or tuple(second.shape[1:]) != latent_shape:
        raise ValueError(
            "The discriminator of a `BiGAN` must take pairs `[samples, "
            f"latents]`, of shapes {sample_shape} and {latent_shape}. "
            f"Received: discriminator={discriminator!r} with inputs "
            f"{discriminator.inputs}"
        )
