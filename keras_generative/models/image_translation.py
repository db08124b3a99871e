import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative.losses.pixel_distance import PixelDistance
from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.further_metrics import FurtherMetrics
from keras_generative.training.translations import Translations
from keras_generative.training.translations import check_judge
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import known_input_shape
from keras_generative.utils.networks import label_input
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.precision import at_least_float32
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class ImageTranslation(Translations, AdversarialModel):
    """Learns from pairs of images to make the second of the first: pix2pix.

    `fit(sources, targets)` trains a generator to make each target of its
    source, by two losses: `L_G + reconstruction_weight * L_1`, with `L_G`
    what the discriminator makes of it and `L_1` the mean distance of pixels
    from the target, which leaves fine detail to the discriminator. See
    `AdversarialModel` for the steps of the game.

    Sources and targets may be of other sizes, and have other channels.

    Args:
        generator: `keras.Model` that maps sources of shape (batch, height,
            width, channels) to targets, and knows the shape of its input.
        discriminator: `keras.Model` that maps targets, or with two inputs
            `[sources, targets]`, to scores of shape (batch, 1), or (batch,
            height, width, 1) for patches: logits, larger = more real.
        augmenter: `keras.layers.Layer` through which the discriminator sees
            real and made targets in training. Defaults to `None`.
        **kwargs: `seed`, see `AdversarialModel`; `value_range` of the
            targets, see `GenerativeModel`; `name` and `dtype` of the model.

    Raises:
        ValueError: If the shapes of the networks do not fit each other.

    Example:

    >>> shape = (256, 256, 3)
    >>> model = ImageTranslation(
    ...     networks.unet_generator(shape),
    ...     networks.patch_discriminator(shape, source_shape=shape),
    ... )
    >>> adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    >>> model.compile(*adams, metrics=[PSNR(value_range=(-1, 1))])
    >>> model.fit(sketches, photos, epochs=200, batch_size=1)
    >>> made = model.translate(new_sketches)

    Reference:

    - [Isola et al., 2017](https://arxiv.org/abs/1611.07004), equation 4.
    """

    log_names = (*AdversarialModel.log_names, "reconstruction_loss")

    def __init__(self, generator, discriminator, augmenter=None, **kwargs):
        source_shape = known_input_shape(generator, "generator")
        check_takes_no_labels(generator=generator)
        made = output_shapes(generator, source_shape, "generator")
        if len(made) != 1 or len(made[0]) != 3 or len(source_shape) != 3:
            raise ValueError(
                "The generator must map images to images, of shape (batch, "
                "height, width, channels). Received: a generator from "
                f"{source_shape} to {made}"
            )
        (target_shape,) = made
        check_judge(discriminator, "discriminator", target_shape, source_shape)
        check_nothing_shared(generator=generator, discriminator=discriminator)
        super().__init__(
            target_shape, source_shape, augmenter=augmenter, **kwargs
        )
        self.generator = generator
        self.discriminator = discriminator

    def compile(
        self,
        *args,
        reconstruction_loss="mean_absolute_error",
        reconstruction_weight=100.0,
        metrics=(),
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            *args: See `AdversarialModel.compile`.
            reconstruction_loss: Any Keras loss, an id, an object or a
                function of `(y_true, y_pred)`, of targets and what is made.
                It is averaged over pixels. Defaults to
                `"mean_absolute_error"`.
            reconstruction_weight: Float >= 0, its factor in the loss of the
                generator. Defaults to `100.0`.
            metrics: List of `keras.metrics.Metric`s, their ids or functions,
                of targets and what is made, such as `PSNR` and `SSIM` of
                `keras_generative.metrics`. Defaults to none.
            **kwargs: See `AdversarialModel.compile`.

        Raises:
            ValueError: If an argument is none of the above.
        """
        self._distance = PixelDistance(
            reconstruction_loss, generator=self.generator
        )
        self.reconstruction_weight = check_number(
            reconstruction_weight, "reconstruction_weight", minimum=0.0
        )
        self._pair_metrics = FurtherMetrics(metrics, self.log_names)
        super().compile(*args, **kwargs)

    @property
    def metrics(self):
        further = self._pair_metrics.metrics if self.compiled else []
        return [*super().metrics, *further]

    def make(self, batch, training):
        sources, _ = batch
        return (self.generator(sources, training=training),)

    def judge(self, discriminator, samples, labels=None, training=False):
        """See `Duels`. A discriminator of two inputs sees sources first."""
        inputs = samples
        if label_input(discriminator) is not None:
            inputs = [labels, samples]
        scores = discriminator(inputs, training=training)
        return [at_least_float32(y) for y in keras.tree.flatten(scores)]

    def discriminator_objective(self, batch, made, training):
        sources, targets = batch
        loss, logs, _ = self.discriminator_duel(
            self.discriminator, targets, made[0], sources, training
        )
        return loss, logs

    def generator_objective(self, batch, made, training):
        sources, targets = batch
        loss, _ = self.generator_duel(
            self.discriminator, targets, made[0], sources, training
        )
        distance = self._distance(targets, made[0])
        self._pair_metrics.update(targets, ops.stop_gradient(made[0]))
        loss = loss + self.reconstruction_weight * distance
        return loss, {"reconstruction_loss": distance}

    def translate(
        self, images, seed=None, ema=False, batch_size=256, verbose="auto"
    ):
        """Targets, made of sources.

        Args:
            images: Float array of shape (num_images, height, width, channels),
                or a data set of them, alone or in pairs.
            seed: Integer, at least 0, for networks that draw noise by dropout
                as they do in training. The same seed draws the same, for as
                large a batch on the same backend; on torch, of layers that
                were made with a seed. Defaults to `None`, without noise.
            ema: Boolean. If `True`, the weights are their moving averages,
                which an optimizer with `use_ema=True` keeps. Defaults to
                `False`.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, height, width, channels).

        Raises:
            ValueError: If an argument is none of the above.
        """
        return self._translate(
            "generator", images, seed, ema, batch_size, verbose
        )

    def get_config(self):
        return {
            **super().get_config(),
            "generator": serialize_keras_object(self.generator),
            "discriminator": serialize_keras_object(self.discriminator),
        }

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "reconstruction_loss": self._distance.loss,
            "reconstruction_weight": self.reconstruction_weight,
            "metrics": self._pair_metrics.identifiers,
        }
