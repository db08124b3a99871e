"""The base of adversarial losses: what each player minimises."""

from keras import ops


class AdversarialLoss:
    """What an adversarial loss is: one method for each player.

    A score is the discriminator's raw output (no sigmoid), larger = more
    real. There is one for each sample, of shape (batch, 1), or, from a
    discriminator of patches, a map of them, (batch, height, width, 1). Losses
    and logs are means over all scores, and as many are real as fake.
    """

    # Whether `generator_loss` is given real scores, which cost a forward pass.
    compares_scores = False
    # The score above which the discriminator says "real".
    boundary = 0.0

    def discriminator_loss(self, real_scores, fake_scores):
        """What the discriminator minimises.

        Args:
            real_scores: Float tensor, the scores of real samples.
            fake_scores: Float tensor of that shape, those of made samples.

        Returns:
            Scalar, the mean over all scores.
        """
        raise NotImplementedError

    def generator_loss(self, fake_scores, real_scores):
        """What the generator minimises.

        Args:
            fake_scores: Float tensor, the scores of made samples.
            real_scores: Float tensor of that shape, those of real samples,
                or `None` if the loss does not say `compares_scores = True`.

        Returns:
            Scalar, the mean over all scores.
        """
        raise NotImplementedError

    def accuracy(self, real_scores, fake_scores):
        """The share of samples that the discriminator gets right."""
        real_right = ops.cast(real_scores > self.boundary, "float32")
        fake_right = ops.cast(fake_scores < self.boundary, "float32")
        return 0.5 * (ops.mean(real_right) + ops.mean(fake_right))

    def logs(self, real_scores, fake_scores):
        """How the game stands: mean scores, and how many D gets right."""
        return {
            "discriminator_accuracy": self.accuracy(real_scores, fake_scores),
            "real_score": ops.mean(real_scores),
            "fake_score": ops.mean(fake_scores),
        }

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def share_of_ordered_pairs(real_scores, fake_scores):
    """How many pairs of a real and a made sample the discriminator orders.

    The accuracy of a loss under which only differences of scores mean
    anything, so that they have no zero.
    """
    return ops.mean(ops.cast(real_scores > fake_scores, "float32"))
