import keras
from keras import ops

from keras_generative import backend
from keras_generative.losses.classification import class_cross_entropy
from keras_generative.models.gan import GAN
from keras_generative.training.augmenter import augment
from keras_generative.training.class_heads import check_class_logits
from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.data_checks import gathered_samples
from keras_generative.training.labels import PartlyLabelled
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class SemiSupervisedGAN(GAN):
    """A classifier that learns from few labels, and from fakes.

    The discriminator is a classifier with `K` logits, and fakes are one more
    class, whose logit is 0: a sample is real with probability
    `Z / (Z + 1)`, where `Z` is the sum of exp of the logits, so that
    `log Z` is its score. With `y` of -1 a sample is without a label, and all
    it says is what is real. Of the others, the cross-entropy of the classes
    is added to the discriminator's loss.

    A discriminator that gives features beside the logits changes what the
    generator minimises: feature matching,
    `||mean f(real) - mean f(fake)||**2`, instead of an adversarial loss.
    Classes are told better so, though samples may look worse.

    Args:
        generator: `keras.Model` that maps latents of shape
            (batch, latent_dim) to samples of shape (batch, ...).
        discriminator: `keras.Model` that maps samples to logits of classes,
            of shape (batch, num_classes), or to these and features of any
            shape, such as the outputs of its layer before.
        latent_dim: Positive integer, or the shape of one latent.
        **kwargs: See `GAN`.

    Raises:
        ValueError: If the networks are none such, or do not fit each other.

    Example:

    >>> model = SemiSupervisedGAN(
    ...     networks.dcgan_generator(64, (28, 28, 1)),
    ...     networks.dcgan_discriminator((28, 28, 1), outputs=(10,)),
    ...     latent_dim=64,
    ... )
    >>> model.compile()
    >>> labels[100:] = -1  # These are not known.
    >>> model.fit(images, labels, epochs=20)
    >>> probabilities = model.classify(new_images)

    Reference:

    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), sections 3.1
      and 5.
    - [Odena, 2016](https://arxiv.org/abs/1606.01583).
    """

    log_names = (*GAN.log_names, "class_loss", "class_accuracy")

    def __init__(self, generator, discriminator, latent_dim, **kwargs):
        super().__init__(generator, discriminator, latent_dim, **kwargs)
        check_takes_no_labels(generator=generator, discriminator=discriminator)
        logits, *features = output_shapes(
            discriminator, self.sample_shape, "discriminator"
        )
        self.num_classes = logits[0]
        self.matches_features = bool(features)

    def _check_outputs(self, shapes):
        check_class_logits(shapes[:1])
        if len(shapes) > 2:
            raise ValueError(
                "The discriminator of a `SemiSupervisedGAN` must give logits "
                "of classes, or these and features. "
                f"Received: outputs of shape {shapes}"
            )

    def compile(self, *args, class_loss_weight=1.0, **kwargs):
        """Says how the networks learn.

        Args:
            *args: See `AdversarialModel.compile`.
            class_loss_weight: Float >= 0, the factor of the cross-entropy in
                the discriminator's loss. Defaults to `1.0`.
            **kwargs: See `AdversarialModel.compile`.
        """
        self.class_loss_weight = check_number(
            class_loss_weight, "class_loss_weight", minimum=0.0
        )
        super().compile(*args, **kwargs)

    def _wanted_labels(self):
        return PartlyLabelled((), self.num_classes)

    def call(self, inputs, training=None):
        """The probabilities of classes."""
        outputs = self.discriminator(inputs, training=training)
        return ops.softmax(keras.tree.flatten(outputs)[0])

    def judge(self, discriminator, samples, labels=None, training=False):
        """The score, the logits and, if there are any, the features."""
        outputs = super().judge(discriminator, samples, None, training)
        score = ops.logsumexp(outputs[0], axis=-1, keepdims=True)  # log Z
        return [score, *outputs]

    def auxiliary_loss(self, outputs, batch, made):
        if made is not None:  # Fakes are of no class.
            return 0.0, {}
        _, labels = batch
        loss, logged, accuracy = class_cross_entropy(labels, outputs[0])
        logs = {"class_loss": logged, "class_accuracy": accuracy}
        return self.class_loss_weight * loss, logs

    def generator_objective(self, batch, made, training):
        if not self.matches_features:
            return super().generator_objective(batch, made, training)
        real, fake = (self._features(x, training) for x in (batch[0], made[0]))
        # Of the batches of all replicas: a mean of squares would not do.
        difference = ops.mean(real, axis=0) - ops.mean(fake, axis=0)
        (total,) = backend.sum_over_replicas([difference])
        return ops.sum(ops.square(total / backend.num_replicas())), {}

    def _features(self, samples, training):
        samples = augment(self.augmenter, samples, training)
        _, _, features = self.judge(
            self.discriminator, samples, training=training
        )
        return features

    def classify(self, images, batch_size=256, verbose="auto"):
        """The probabilities of classes, also what `predict` gives.

        Args:
            images: Float array of shape (num_images, ...), or a data set as
                `fit` takes it.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, num_classes).

        Raises:
            ValueError: If the samples do not fit.
        """
        x, _ = gathered_samples(self, images)
        outputs = self._predict(
            self.discriminator, x, None, batch_size, verbose
        )
        logits = keras.tree.flatten(outputs)[0]
        return ops.convert_to_numpy(ops.softmax(logits))

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "class_loss_weight": self.class_loss_weight,
        }
