import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.losses.adversarial import adversarial_losses
from keras_generative.losses.penalties import get_penalties
from keras_generative.models.augmenter import augment
from keras_generative.models.augmenter import check_augmenter
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.models.latent_prior import LatentPrior
from keras_generative.models.players import group_optimizers
from keras_generative.utils.networks import generated_shape
from keras_generative.utils.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_generative")
class GAN(LatentPrior, GenerativeModel):
    """Two networks in a game: one makes images, the other tells them apart.

    Each step updates the discriminator `discriminator_steps` times, on the
    same real batch and fresh fakes, then the generator once, through the
    discriminator as it then is. The last fakes serve both updates, so the
    generator runs forward once for each of its updates.

    | Paper       | `compile` arguments                                     |
    |-------------|---------------------------------------------------------|
    | GAN, DCGAN  | `loss="non_saturating"`                                 |
    | minimax GAN | `loss="minimax"`                                        |
    | LSGAN       | `loss="least_squares"`                                  |
    | hinge GAN   | `loss="hinge"`                                          |
    | WGAN-GP     | `loss="wasserstein", penalties=["gradient_penalty"],`   |
    |             | `discriminator_steps=5`                                 |
    | WGAN-LP     | the same with `[GradientPenalty(one_sided=True)]`       |
    | DRAGAN      | `penalties=["dragan_penalty"]`                          |
    | R1          | `penalties=["r1_penalty"]`                              |

    Args:
        generator: `keras.Model` that maps latents of shape
            (batch, latent_dim) to images of shape (batch, height, width,
            channels).
        discriminator: `keras.Model` that maps images of that shape to scores
            of shape (batch, 1): logits, larger = more real. Images come in
            the range of the generator, [-1, 1] if it ends in tanh.
        latent_dim: Positive integer.
        seed: Integer or `None`, for the noise drawn in training.
        augmenter: `keras.layers.Layer` through which the discriminator sees
            real and fake images in training, against overfitting on few. It
            must keep shapes and be differentiable. Defaults to `None`.
        **kwargs: `name` and `dtype` of the model.

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
    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), augmenters.
    """

    log_names = (
        "loss",
        "generator_loss",
        "discriminator_loss",
        "discriminator_accuracy",
        "real_score",
        "fake_score",
    )

    def __init__(
        self,
        generator,
        discriminator,
        latent_dim,
        seed=None,
        augmenter=None,
        **kwargs,
    ):
        image_shape = generated_shape(generator, discriminator, latent_dim)
        check_augmenter(augmenter, image_shape)
        super().__init__(image_shape, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent_dim
        self.seed = seed
        self.augmenter = augmenter
        self.seed_generator = keras.random.SeedGenerator(seed)

    def compile(
        self,
        generator_optimizer="adam",
        discriminator_optimizer="adam",
        loss="non_saturating",
        penalties=(),
        discriminator_steps=1,
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            generator_optimizer: `keras.optimizers.Optimizer` or its id.
            discriminator_optimizer: Likewise, an object of its own.
            loss: An `AdversarialLoss` or its id, `"non_saturating"`,
                `"minimax"`, `"least_squares"`, `"hinge"` or `"wasserstein"`.
            penalties: List of `Penalty` objects or their ids,
                `"gradient_penalty"`, `"r1_penalty"` or `"dragan_penalty"`.
            discriminator_steps: Positive integer, updates of the
                discriminator for one of the generator. Defaults to `1`.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile` of
                `keras.Model.compile`.

        Raises:
            ValueError: If an id is unknown, two penalties share a name, or
                the two optimizers are one object.
        """
        self.adversarial_loss = adversarial_losses.get(loss)
        self.penalties = get_penalties(penalties, self.log_names)
        self.discriminator_steps = check_positive_integer(
            discriminator_steps, "discriminator_steps"
        )
        optimizer = group_optimizers(
            self,
            generator=generator_optimizer,
            discriminator=discriminator_optimizer,
        )
        penalty_names = [penalty.name for penalty in self.penalties]
        super().compile(optimizer, [*self.log_names, *penalty_names], **kwargs)

    def call(self, inputs, training=None):
        return self.generator(inputs, training=training)

    def discriminator_objective(self, real, fake, training=True):
        """What the discriminator minimises, and its logs."""
        # The game is between augmented images, so penalties too are for the
        # discriminator at these, and do not look through the augmenter at the
        # images behind, as R1 in StyleGAN2-ADA does.
        real = augment(self.augmenter, real, training)
        fake = augment(self.augmenter, fake, training)
        real_scores = self.score(real, training)  # (batch, 1)
        fake_scores = self.score(fake, training)
        game = self.adversarial_loss
        loss = game.discriminator_loss(real_scores, fake_scores)
        logs = game.logs(real_scores, fake_scores)
        for penalty in self.penalties:
            value = penalty(self.score, real, fake, self.seed_generator)
            loss = loss + penalty.weight * value
            logs[penalty.name] = value
        loss = loss + sum(self.discriminator.losses)
        return loss, {**logs, "discriminator_loss": loss}

    def generator_objective(self, real, fake, regularization, training=True):
        """What the generator minimises."""
        real = augment(self.augmenter, real, training)
        fake = augment(self.augmenter, fake, training)
        loss = self.adversarial_loss.generator_loss(
            self.score(fake, training), self.score(real, training)
        )
        return loss + regularization

    @backend.train_step
    def train_step(self, data):
        real = self.unpack(data)
        batch_size = ops.shape(real)[0]
        # The papers draw new real images for each of these; `fit` gives one.
        for _ in range(self.discriminator_steps - 1):
            fake, _ = self.make_fakes(batch_size)
            self.update_discriminator(real, fake)
        (fake, regularization), pullback = backend.vjp(
            lambda: self.make_fakes(batch_size),
            self.generator.trainable_variables,
        )
        logs = self.update_discriminator(real, fake)
        loss = self.update_generator(real, fake, regularization, pullback)
        return self.log(logs, loss, batch_size)

    def update_discriminator(self, real, fake):
        fake = ops.stop_gradient(fake)
        _, logs = backend.minimize(
            lambda: self.discriminator_objective(real, fake),
            self.discriminator.trainable_variables,
            self.optimizer["discriminator"],
        )
        return logs

    def update_generator(self, real, fake, regularization, pullback):
        return backend.minimize_through(
            lambda *made: self.generator_objective(real, *made),
            (fake, regularization),
            pullback,
            self.generator.trainable_variables,
            self.optimizer["generator"],
        )

    @backend.test_step
    def test_step(self, data):
        real = self.unpack(data)
        batch_size = ops.shape(real)[0]
        fake, regularization = self.make_fakes(batch_size, training=False)
        _, logs = self.discriminator_objective(real, fake, training=False)
        loss = self.generator_objective(
            real, fake, regularization, training=False
        )
        return self.log(logs, loss, batch_size)

    def log(self, logs, generator_loss, batch_size):
        loss = generator_loss + logs["discriminator_loss"]
        logs = {**logs, "generator_loss": generator_loss, "loss": loss}
        return super().log(logs, batch_size)

    def make_fakes(self, batch_size, training=True):
        """A batch of fakes, and the generator's regularization losses."""
        shape = (batch_size, self.latent_dim)
        z = backend.random_normal(shape, self.seed_generator)
        fake = self.generator(z, training=training)
        regularization = sum(self.generator.losses)
        return fake, ops.convert_to_tensor(regularization, "float32")

    def score(self, images, training=False):
        scores = self.discriminator(images, training=training)
        return ops.cast(scores, "float32")

    def image_maker(self):
        optimizer = self.optimizer["generator"] if self.compiled else None
        return self.generator, optimizer, self.generator.trainable_variables

    def get_config(self):
        return {
            **super().get_config(),
            "generator": serialize_keras_object(self.generator),
            "discriminator": serialize_keras_object(self.discriminator),
            "latent_dim": self.latent_dim,
            "seed": self.seed,
            "augmenter": serialize_keras_object(self.augmenter),
        }

    def compile_arguments(self):
        return {
            "generator_optimizer": self.optimizer["generator"],
            "discriminator_optimizer": self.optimizer["discriminator"],
            "loss": self.adversarial_loss,
            "penalties": list(self.penalties),
            "discriminator_steps": self.discriminator_steps,
        }
