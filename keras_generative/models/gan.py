import keras
from keras.saving import serialize_keras_object

from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.game_networks import check_generator
from keras_generative.training.game_networks import check_scores
from keras_generative.training.labels import conditioned
from keras_generative.training.labels import label_spec
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_latent_shape


@keras.saving.register_keras_serializable(package="keras_generative")
class GAN(AdversarialModel):
    """Two networks in a game: one makes samples, the other tells them apart.

    See `AdversarialModel` for the steps of the game. Networks with a second
    input are given the labels of `fit(x, y)` there: a conditional GAN, with
    the networks of this package one with projection.

    | Paper       | `compile` arguments                                     |
    |-------------|---------------------------------------------------------|
    | GAN, DCGAN  | `loss="non_saturating"`                                 |
    | minimax GAN | `loss="minimax"`                                        |
    | LSGAN       | `loss="least_squares"`                                  |
    | hinge GAN   | `loss="hinge"`                                          |
    | WGAN        | `loss="wasserstein", discriminator_steps=5,`            |
    |             | `discriminator_constraint=WeightClipping(0.01)`         |
    | WGAN-GP     | `loss="wasserstein", penalties=["gradient_penalty"],`   |
    |             | `discriminator_steps=5`                                 |
    | WGAN-LP     | the same with `[GradientPenalty(one_sided=True)]`       |
    | DRAGAN      | `penalties=["dragan_penalty"]`                          |
    | R1          | `penalties=["r1_penalty"]`                              |
    | R3GAN       | `loss="relativistic",`                                  |
    |             | `penalties=["r1_penalty", "r2_penalty"]`                |
    | BGAN        | `loss="boundary_seeking"`                               |

    Args:
        generator: `keras.Model` that maps latents of shape
            (batch, latent_dim), and labels if it has a second input, to
            samples of shape (batch, ...), such as images of shape (batch,
            height, width, channels).
        discriminator: `keras.Model` that maps samples of that shape, and
            labels if it has a second input, to scores of shape (batch, 1), or
            (batch, height, width, 1) for patches: logits, larger = more real.
            Samples come in the range of the generator, [-1, 1] if it ends in
            tanh.
        latent_dim: Positive integer, or the shape of one latent.
        seed: Integer or `None`, for the noise drawn in training.
        augmenter: `keras.layers.Layer` through which the discriminator sees
            real and fake images in training, against overfitting on few. It
            must keep shapes and be differentiable. Defaults to `None`.
        **kwargs: `value_range` of the samples, see `GenerativeModel`; `name`
            and `dtype` of the model.

    Raises:
        ValueError: If the shapes of the networks do not fit each other, or
            the augmenter is not as described above.

    Example:

    >>> model = GAN(
    ...     networks.dcgan_generator(64, (28, 28, 1)),
    ...     networks.dcgan_discriminator((28, 28, 1)),
    ...     latent_dim=64,
    ...     augmenter=layers.diff_augment(),  # for few images
    ... )
    >>> adams = [keras.optimizers.Adam(2e-3, beta_1=0.0) for _ in range(2)]
    >>> model.compile(*adams, penalties=[R1Penalty(weight=1.0)])
    >>> model.fit(images, epochs=20, batch_size=32)
    >>> new_images = model.generate(64, seed=1)

    Reference:

    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661),
      algorithm 1.
    - [Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784), and
      [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), labels.
    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), augmenters.
    """

    def __init__(self, generator, discriminator, latent_dim, **kwargs):
        latent_shape = check_latent_shape(latent_dim, "latent_dim")
        super().__init__(
            self._check_networks(generator, discriminator, latent_shape),
            latent_shape,
            label_spec(generator=generator, discriminator=discriminator),
            StandardNormal(),
            **kwargs,
        )
        self.generator = generator
        self.discriminator = discriminator

    def _check_networks(self, generator, discriminator, latent_shape):
        """Returns the shape of one sample, or raises a `ValueError`."""
        sample_shape = check_generator(generator, latent_shape)
        outputs = output_shapes(discriminator, sample_shape, "discriminator")
        self._check_outputs(outputs)
        check_nothing_shared(generator=generator, discriminator=discriminator)
        return sample_shape

    def _check_outputs(self, shapes):
        """Raises a `ValueError` unless a discriminator has such outputs."""
        check_scores(shapes)

    def call(self, inputs, training=None):
        return self.generator(inputs, training=training)

    def make(self, batch, training):
        _, labels = batch
        z = self.draw_latents(batch)
        return (conditioned(self.generator, z, labels, training),)

    def discriminator_objective(self, batch, made, training):
        real, labels = batch
        loss, logs, others = self.discriminator_duel(
            self.discriminator, real, made[0], labels, training
        )
        for outputs, of_fakes in zip(others, (None, made)):
            term, further_logs = self.auxiliary_loss(outputs, batch, of_fakes)
            loss, logs = loss + term, {**logs, **further_logs}
        return loss, logs

    def generator_objective(self, batch, made, training):
        real, labels = batch
        loss, outputs = self.generator_duel(
            self.discriminator, real, made[0], labels, training
        )
        term, _ = self.auxiliary_loss(outputs, batch, made)
        return loss + term, {}

    def auxiliary_loss(self, outputs, batch, made):
        """What the discriminator's further outputs add to both losses.

        Args:
            outputs: List of what it says beside the scores, of real samples
                or of fakes.
            batch: What `unpack` returns.
            made: What `make` returns, or `None` where the samples are real.

        Returns:
            The term, and its logs.
        """
        return 0.0, {}

    def get_config(self):
        return {
            **super().get_config(),
            "generator": serialize_keras_object(self.generator),
            "discriminator": serialize_keras_object(self.discriminator),
            "latent_dim": self.latent_dim,
        }
