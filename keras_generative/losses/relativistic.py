import keras
from keras import ops

from keras_generative.losses.adversarial_loss import AdversarialLoss
from keras_generative.losses.adversarial_loss import share_of_ordered_pairs


@keras.saving.register_keras_serializable(package="keras_generative")
class RelativisticLoss(AdversarialLoss):
    """RpGAN: the discriminator says which of a pair is the real sample.

    Over pairs of a real and a made sample, the discriminator minimises
    `softplus(-(D(real) - D(fake)))` and the generator
    `softplus(-(D(fake) - D(real)))`, which also
    learns from the real samples that it leaves out, against mode collapse.
    R3GAN adds both gradient penalties.

    Example:

    >>> gan.compile(
    ...     loss=RelativisticLoss(),
    ...     penalties=[R1Penalty(weight=1.0), R2Penalty(weight=1.0)],
    ... )

    Reference:

    - [Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734).
    - [Huang et al., 2024](https://arxiv.org/abs/2501.05441), equation 2.
    """

    compares_scores = True

    def discriminator_loss(self, real_scores, fake_scores):
        return ops.mean(ops.softplus(fake_scores - real_scores))

    def generator_loss(self, fake_scores, real_scores):
        return ops.mean(ops.softplus(real_scores - fake_scores))

    def accuracy(self, real_scores, fake_scores):
        return share_of_ordered_pairs(real_scores, fake_scores)
