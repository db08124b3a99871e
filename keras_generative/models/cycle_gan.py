import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.losses.pixel_distance import PixelDistance
from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.training.augmenter import check_augmenter
from keras_generative.training.domains import check_domains
from keras_generative.training.image_pool import ImagePool
from keras_generative.training.translations import Translations
from keras_generative.utils.validation import check_non_negative_integer
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class CycleGAN(Translations, AdversarialModel):
    """Learns to turn images of one domain into the other's, without pairs.

    Two generators, from A to B and back, play against a discriminator of each
    domain. What was turned into the other domain and back must be what it
    was: with `F` from A to B and `G` back, `L_cycle` is the mean over pixels
    of `|G(F(a)) - a| + |F(G(b)) - b|`. What is of the target's domain must
    stay as it is: `L_identity` is that of `|G(a) - a| + |F(b) - b|`, left out
    where the domains have other shapes. The generators minimise
    `L_G + cycle_weight * (L_cycle + identity_weight * L_identity)`.

    `fit(a, b)` takes as many images of both, which are no pairs. Of
    `datasets.UnpairedBatches` they may be of other numbers.

    DiscoGAN is `pool_size=0`, and in `compile` `loss="non_saturating",
    cycle_loss="mean_squared_error", cycle_weight=1.0, identity_weight=0.0`.
    DualGAN is `pool_size=0`, `loss="wasserstein", cycle_weight=500.0,
    identity_weight=0.0, discriminator_steps=3,
    discriminator_constraint=WeightClipping(0.01)`, and dropout in generators.

    Args:
        generator_ab: `keras.Model` from images of A, of shape (batch, height,
            width, channels), to those of B, that knows the shape of its input.
        generator_ba: `keras.Model` from images of B to those of A.
        discriminator_a: `keras.Model` that maps images of A to scores of
            shape (batch, 1), or (batch, height, width, 1) for patches:
            logits, larger = more real.
        discriminator_b: Likewise, of B.
        pool_size: Integer, at least 0, how many made images of each domain
            are kept to be shown to the discriminators again. Defaults to
            `50`.
        augmenter: `keras.layers.Layer` through which the discriminators see
            images in training. Defaults to `None`.
        **kwargs: `seed`, see `AdversarialModel`; `value_range` of both
            domains, see `GenerativeModel`; `name` and `dtype` of the model.

    Raises:
        ValueError: If the networks do not fit each other.

    Example:

    >>> shape = (128, 128, 3)
    >>> generators = [networks.resnet_generator(shape) for _ in range(2)]
    >>> judges = [networks.patch_discriminator(shape) for _ in range(2)]
    >>> model = CycleGAN(*generators, *judges)
    >>> adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    >>> model.compile(*adams)
    >>> model.fit(datasets.UnpairedBatches(horses, zebras, batch_size=1))
    >>> zebras = model.translate(horses, "ab")

    Reference:

    - [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), equation 3, and
      section 5.2 for the identity.
    - [Kim et al., 2017](https://arxiv.org/abs/1703.05192), DiscoGAN.
    - [Yi et al., 2017](https://arxiv.org/abs/1704.02510), DualGAN.
    """

    makers = ("generator_ab", "generator_ba")
    judges = ("discriminator_a", "discriminator_b")
    sample_network = "generator_ab"
    directions = ("ab", "ba")
    log_names = (*AdversarialModel.log_names, "cycle_loss")
    _learns_sources = True

    def __init__(
        self,
        generator_ab,
        generator_ba,
        discriminator_a,
        discriminator_b,
        pool_size=50,
        augmenter=None,
        **kwargs,
    ):
        networks = {
            "generator_ab": generator_ab,
            "generator_ba": generator_ba,
            "discriminator_a": discriminator_a,
            "discriminator_b": discriminator_b,
        }
        shape_a, shape_b = check_domains(**networks)
        super().__init__(shape_b, shape_a, augmenter=augmenter, **kwargs)
        check_augmenter(augmenter, shape_a)
        for name, network in networks.items():
            setattr(self, name, network)
        self.pool_size = check_non_negative_integer(pool_size, "pool_size")
        if self.pool_size:
            self.pool_a = ImagePool(self.pool_size, shape_a, name="pool_a")
            self.pool_b = ImagePool(self.pool_size, shape_b, name="pool_b")

    def compile(
        self,
        generator_optimizer="adam",
        discriminator_optimizer="adam",
        loss="least_squares",
        cycle_loss="mean_absolute_error",
        cycle_weight=10.0,
        identity_weight=0.5,
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            generator_optimizer: `keras.optimizers.Optimizer` or its id.
            discriminator_optimizer: Likewise, an object of its own.
            loss: See `AdversarialModel.compile`. Defaults to
                `"least_squares"`.
            cycle_loss: Any Keras loss, an id, an object or a function of
                `(y_true, y_pred)`, averaged over pixels. Defaults to
                `"mean_absolute_error"`.
            cycle_weight: Float >= 0. Defaults to `10.0`.
            identity_weight: Float >= 0, as a share of `cycle_weight`.
                Defaults to `0.5`.
            **kwargs: See `AdversarialModel.compile`.

        Raises:
            ValueError: If an argument is none of the above.
        """
        makers = {name: getattr(self, name) for name in self.makers}
        self._distance = PixelDistance(cycle_loss, **makers)
        self.cycle_weight = check_number(cycle_weight, "cycle_weight", 0.0)
        self.identity_weight = check_number(
            identity_weight, "identity_weight", 0.0
        )
        super().compile(
            generator_optimizer, discriminator_optimizer, loss, **kwargs
        )

    @property
    def _keeps_identity(self):
        is_same = self.sample_shape == self.latent_shape
        return is_same and self.identity_weight > 0.0

    def _all_log_names(self):
        further = ["identity_loss"] if self._keeps_identity else []
        return [*super()._all_log_names(), *further]

    def make(self, batch, training):
        a, b = batch
        fake_b = self.generator_ab(a, training=training)
        fake_a = self.generator_ba(b, training=training)
        cycled_a = self.generator_ba(fake_b, training=training)
        cycled_b = self.generator_ab(fake_a, training=training)
        made = (fake_a, fake_b, cycled_a, cycled_b)
        if self._keeps_identity:
            same_a = self.generator_ba(a, training=training)
            same_b = self.generator_ab(b, training=training)
            made = (*made, same_a, same_b)
        return made

    def discriminator_objective(self, batch, made, training):
        fakes = made[:2]
        if self.pool_size and training:
            pools = (self.pool_a, self.pool_b)
            fakes = [self._shown(*pair) for pair in zip(pools, fakes)]
        (loss_a, logs_a, _), (loss_b, logs_b, _) = (
            self.discriminator_duel(getattr(self, name), *pair, None, training)
            for name, *pair in zip(self.judges, batch, fakes)
        )
        logs = {name: 0.5 * (logs_a[name] + logs_b[name]) for name in logs_a}
        return loss_a + loss_b, logs

    def _shown(self, pool, fake):
        shape = (ops.shape(fake)[0], 2)
        noise = backend.random_uniform(shape, self.seed_generator)
        return pool.exchange(fake, noise)

    def generator_objective(self, batch, made, training):
        fakes, cycled, same = made[:2], made[2:4], made[4:]
        loss = sum(
            self.generator_duel(getattr(self, name), *pair, None, training)[0]
            for name, *pair in zip(self.judges, batch, fakes)
        )
        logs = {"cycle_loss": sum(map(self._distance, batch, cycled))}
        loss = loss + self.cycle_weight * logs["cycle_loss"]
        if same:
            logs["identity_loss"] = sum(map(self._distance, batch, same))
            weight = self.cycle_weight * self.identity_weight
            loss = loss + weight * logs["identity_loss"]
        return loss, logs

    def _check_lengths(self, num_sources, num_targets):
        if num_sources != num_targets:
            raise ValueError(
                "`fit(a, b)` takes as many images of each domain. For other "
                "numbers there is `datasets.UnpairedBatches(a, b)`. "
                f"Received: {num_sources} of A and {num_targets} of B"
            )

    def translate(
        self,
        images,
        direction="ab",
        seed=None,
        ema=False,
        batch_size=256,
        verbose="auto",
    ):
        """Images of one domain as those of the other.

        Args:
            images: Float array of shape (num_images, height, width, channels),
                or a data set of them.
            direction: `"ab"` for images of A, `"ba"` for those of B. Defaults
                to `"ab"`.
            seed: See `ImageTranslation.translate`, likewise the others.
            ema: Boolean.
            batch_size: Positive integer.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, height, width, channels).

        Raises:
            ValueError: If an argument is none of the above.
        """
        if direction not in self.directions:
            raise ValueError(
                "Argument `direction` must be 'ab' or 'ba'. "
                f"Received: direction={direction!r}"
            )
        return self._translate(
            f"generator_{direction}", images, seed, ema, batch_size, verbose
        )

    def get_config(self):
        return {
            **super().get_config(),
            **{
                name: serialize_keras_object(getattr(self, name))
                for name in (*self.makers, *self.judges)
            },
            "pool_size": self.pool_size,
        }

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "cycle_loss": self._distance.loss,
            "cycle_weight": self.cycle_weight,
            "identity_weight": self.identity_weight,
        }
