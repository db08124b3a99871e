import warnings

import keras

from keras_generative import backend
from keras_generative.training.augmenter import augment
from keras_generative.training.labels import conditioned
from keras_generative.utils.networks import last_activation
from keras_generative.utils.precision import at_least_float32

_OF_PROBABILITIES = (
    keras.activations.hard_sigmoid,
    keras.activations.sigmoid,
    keras.activations.softmax,
)


class Duels:
    """One discriminator against fakes, by the loss and penalties of a model.

    What an `AdversarialModel` plays its game with: as many duels as it has
    discriminators.
    """

    def discriminator_duel(
        self, discriminator, real, fake, labels=None, training=True
    ):
        """The discriminator's side of one duel, penalties included.

        Args:
            discriminator: `keras.Model`, one of `judges`.
            real: Tensor of real samples.
            fake: Tensor of fake ones.
            labels: Tensor of the labels of both, or `None`.
            training: Boolean.

        Returns:
            Tuple of the loss, logs, and what the discriminator says beside
            the scores: a pair of lists, for the real samples and the fakes.
        """
        # The game is between augmented images, so penalties too are for the
        # discriminator at these, and do not look through the augmenter at the
        # images behind, as R1 in StyleGAN2-ADA does.
        real = self.seen(real, training)
        fake = self.seen(fake, training)
        scores, others, losses = [], [], []
        for x in (real, fake):
            first, *further = self.judge(discriminator, x, labels, training)
            scores.append(first)  # (batch, 1), or one for each patch
            others.append(further)
            losses.append(backend.sum_losses(discriminator.losses))
        loss = self.adversarial_loss.discriminator_loss(*scores)
        logs = self.adversarial_loss.logs(*scores)
        for penalty in self.penalties:
            value = penalty(
                lambda x: self.judge(discriminator, x, labels)[0],
                real,
                fake,
                self.seed_generator,
            )
            loss = loss + penalty.weight * value
            logs[penalty.name] = value
        return loss + 0.5 * sum(losses), logs, others

    def generator_duel(
        self, discriminator, real, fake, labels=None, training=True
    ):
        """The generator's side of one duel.

        Args:
            discriminator: See `discriminator_duel`, likewise the others.
            real: Tensor of real samples, for losses that compare.
            fake: Tensor of fake samples.
            labels: Tensor of the labels of both, or `None`.
            training: Boolean.

        Returns:
            The loss, and a list of what the discriminator says of the fakes
            beside the scores.
        """
        fake = self.seen(fake, training)
        scores, *others = self.judge(discriminator, fake, labels, training)
        real_scores = None
        if self.adversarial_loss.compares_scores:
            real = self.seen(real, training)
            real_scores, *_ = self.judge(discriminator, real, labels, training)
        return self.adversarial_loss.generator_loss(scores, real_scores), others

    def warn_of_probabilities(self):
        """Warns of judges whose scores are no logits."""
        for name in self.judges:
            if last_activation(getattr(self, name)) in _OF_PROBABILITIES:
                warnings.warn(
                    f"The `{name}` ends in a sigmoid, and adversarial losses "
                    "take its scores as logits, which know no bounds: they "
                    "apply a sigmoid themselves where they need one. Leave "
                    f"it out. Received: {name}={getattr(self, name)!r}",
                    stacklevel=3,
                )

    def seen(self, samples, training):
        """Samples as discriminators see them: through the augmenter.

        Args:
            samples: What a duel is given as real or as fake.
            training: Boolean.

        Returns:
            Tensor of shape (batch, ...), which penalties differentiate by.
        """
        return augment(self.augmenter, samples, training)

    def judge(self, discriminator, samples, labels=None, training=False):
        """All that a discriminator says of samples, a list of tensors."""
        outputs = conditioned(discriminator, samples, labels, training)
        return [at_least_float32(y) for y in keras.tree.flatten(outputs)]
