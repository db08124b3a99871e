import keras

from keras_generative.losses.classification import class_cross_entropy
from keras_generative.models.gan import GAN
from keras_generative.training.class_heads import check_class_logits
from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.labels import LabelSpec
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class ACGAN(GAN):
    """A conditional GAN whose discriminator tells the classes of samples.

    The discriminator is given no labels. It says of real samples and of fakes
    which class they are, beside whether they are real, and both networks want
    that to be right: with `L_S` the adversarial loss and `L_C` the
    cross-entropy of classes, the discriminator minimises `L_S` plus `L_C` of
    real samples and of fakes, and the generator its own `L_S` plus `L_C` of
    the fakes.

    Args:
        generator: `keras.Model` that maps latents of shape
            (batch, latent_dim) and integer classes of shape (batch,) to
            samples of shape (batch, ...).
        discriminator: `keras.Model` that maps samples to scores, as that of a
            `GAN`, and to logits of classes, of shape (batch, num_classes).
        latent_dim: Positive integer, or the shape of one latent.
        **kwargs: See `GAN`.

    Raises:
        ValueError: If the networks are none such, or do not fit each other.

    Example:

    >>> model = ACGAN(
    ...     networks.dcgan_generator(64, (28, 28, 1), num_classes=10),
    ...     networks.dcgan_discriminator((28, 28, 1), outputs=(1, 10)),
    ...     latent_dim=64,
    ... )
    >>> model.compile(class_loss_weight=1.0)
    >>> model.fit(images, labels, epochs=20)
    >>> threes = model.generate(16, labels=3)

    Reference:

    - [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 3.
    """

    log_names = (
        *GAN.log_names,
        "class_loss",
        "class_accuracy",
        "fake_class_accuracy",
    )

    def __init__(self, generator, discriminator, latent_dim, **kwargs):
        super().__init__(generator, discriminator, latent_dim, **kwargs)
        check_takes_no_labels(discriminator=discriminator)
        shapes = output_shapes(
            discriminator, self.sample_shape, "discriminator"
        )
        (num_classes,) = shapes[1]
        spec = self.label_spec
        counts = (None, num_classes)
        if spec is None or spec.shape or spec.num_classes not in counts:
            raise ValueError(
                "The generator of an `ACGAN` must take integer classes as its "
                "second input, as many as the discriminator has logits, "
                f"{num_classes}. Received: a generator of labels {spec}"
            )
        self.label_spec = LabelSpec((), num_classes)

    def _check_outputs(self, shapes):
        super()._check_outputs(shapes[:1])
        check_class_logits(shapes[1:])

    def compile(self, *args, class_loss_weight=1.0, **kwargs):
        """Says how the networks learn.

        Args:
            *args: See `AdversarialModel.compile`.
            class_loss_weight: Float >= 0, the factor of the cross-entropy in
                the losses of both. Defaults to `1.0`.
            **kwargs: See `AdversarialModel.compile`.
        """
        self.class_loss_weight = check_number(
            class_loss_weight, "class_loss_weight", minimum=0.0
        )
        super().compile(*args, **kwargs)

    def auxiliary_loss(self, outputs, batch, made):
        # The classes of fakes are those of the real batch, which are as much
        # draws from p(c) as others would be.
        _, labels = batch
        loss, logged, accuracy = class_cross_entropy(labels, outputs[0])
        if made is None:
            logs = {"class_loss": logged, "class_accuracy": accuracy}
        else:
            logs = {"fake_class_accuracy": accuracy}
        return self.class_loss_weight * loss, logs

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "class_loss_weight": self.class_loss_weight,
        }
