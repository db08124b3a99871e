"""Adversarial losses: what each player minimises, given the scores."""

import keras
from keras import ops

from keras_generative.losses.adversarial_loss import AdversarialLoss
from keras_generative.losses.adversarial_loss import share_of_ordered_pairs
from keras_generative.losses.relativistic import RelativisticLoss
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class MinimaxLoss(AdversarialLoss):
    """The original game: both players bet on log(1 - D(G(z))).

    With `D = sigmoid(score)`, the discriminator minimises
    `-log D(real) - log(1 - D(fake))` and the generator `log(1 - D(fake))`,
    whose gradient vanishes when the discriminator wins. `NonSaturatingLoss`
    is what the paper recommends in practice.

    Example:

    >>> gan.compile(loss=MinimaxLoss())

    Reference:

    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), equation 1.
    """

    def discriminator_loss(self, real_scores, fake_scores):
        return _cross_entropy(real_scores, fake_scores)

    def generator_loss(self, fake_scores, real_scores):
        return -ops.mean(ops.softplus(fake_scores))


@keras.saving.register_keras_serializable(package="keras_generative")
class NonSaturatingLoss(AdversarialLoss):
    """Binary cross-entropy for the discriminator, -log D(fake) for G.

    Args:
        label_smoothing: Float in [0, 0.5). Real images are labelled
            `1 - label_smoothing`; fake ones stay 0 (one-sided smoothing).
            Defaults to `0.0`.

    Raises:
        ValueError: If `label_smoothing` is outside [0, 0.5).

    Example:

    >>> gan.compile(loss=NonSaturatingLoss(label_smoothing=0.1))

    Reference:

    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), section 3.
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 3.4,
      for one-sided label smoothing.
    """

    def __init__(self, label_smoothing=0.0):
        check_number(label_smoothing, "label_smoothing", minimum=0.0)
        if label_smoothing >= 0.5:
            raise ValueError(
                "Argument `label_smoothing` must be below 0.5. "
                f"Received: label_smoothing={label_smoothing}"
            )
        self.label_smoothing = label_smoothing

    def discriminator_loss(self, real_scores, fake_scores):
        # softplus(x) = softplus(-x) + x, so a label of 1 - s adds s * x.
        smoothing = self.label_smoothing * ops.mean(real_scores)
        return _cross_entropy(real_scores, fake_scores) + smoothing

    def generator_loss(self, fake_scores, real_scores):
        return ops.mean(ops.softplus(-fake_scores))

    def get_config(self):
        return {"label_smoothing": self.label_smoothing}


@keras.saving.register_keras_serializable(package="keras_generative")
class LeastSquaresLoss(AdversarialLoss):
    """LSGAN: scores are regressed on 1 for real and 0 for fake images.

    The discriminator minimises `0.5 * (D(real) - 1)**2 + 0.5 * D(fake)**2`,
    the generator `0.5 * (D(fake) - 1)**2`.

    Example:

    >>> gan.compile(loss=LeastSquaresLoss())

    Reference:

    - [Mao et al., 2016](https://arxiv.org/abs/1611.04076), equation 9.
    """

    boundary = 0.5

    def discriminator_loss(self, real_scores, fake_scores):
        real = ops.mean(ops.square(real_scores - 1.0))
        fake = ops.mean(ops.square(fake_scores))
        return 0.5 * (real + fake)

    def generator_loss(self, fake_scores, real_scores):
        return 0.5 * ops.mean(ops.square(fake_scores - 1.0))


@keras.saving.register_keras_serializable(package="keras_generative")
class HingeLoss(AdversarialLoss):
    """Hinge: the discriminator stops caring about scores beyond a margin.

    It minimises `max(0, 1 - D(real)) + max(0, 1 + D(fake))`, the generator
    `-D(fake)`.

    Example:

    >>> gan.compile(loss=HingeLoss())

    Reference:

    - [Lim and Ye, 2017](https://arxiv.org/abs/1705.02894).
    - [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), equations 16
      and 17.
    """

    def discriminator_loss(self, real_scores, fake_scores):
        real = ops.mean(ops.relu(1.0 - real_scores))
        fake = ops.mean(ops.relu(1.0 + fake_scores))
        return real + fake

    def generator_loss(self, fake_scores, real_scores):
        return -ops.mean(fake_scores)


@keras.saving.register_keras_serializable(package="keras_generative")
class WassersteinLoss(AdversarialLoss):
    """The critic estimates the Wasserstein distance, the generator lowers it.

    The critic minimises `D(fake) - D(real)`, the generator `-D(fake)`. The
    critic must be kept Lipschitz: use it with a `GradientPenalty`, or with
    `WeightClipping` as the paper does.

    Example:

    >>> gan.compile(
    ...     loss=WassersteinLoss(),
    ...     penalties=[GradientPenalty(weight=10.0)],
    ...     discriminator_steps=5,
    ... )

    Reference:

    - [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), equation 2.
    """

    def discriminator_loss(self, real_scores, fake_scores):
        return ops.mean(fake_scores) - ops.mean(real_scores)

    def generator_loss(self, fake_scores, real_scores):
        return -ops.mean(fake_scores)

    def accuracy(self, real_scores, fake_scores):
        return share_of_ordered_pairs(real_scores, fake_scores)


@keras.saving.register_keras_serializable(package="keras_generative")
class BoundarySeekingLoss(AdversarialLoss):
    """BGAN: the generator seeks the boundary between real and fake.

    The discriminator minimises binary cross-entropy, as under
    `NonSaturatingLoss`. The generator minimises
    `0.5 * (log D(fake) - log(1 - D(fake)))**2`, which is half the square of
    the score: it stops where the discriminator is undecided, instead of
    running on past it.

    Example:

    >>> gan.compile(loss=BoundarySeekingLoss())

    Reference:

    - [Hjelm et al., 2017](https://arxiv.org/abs/1702.08431), the objective
      for continuous variables.
    """

    def discriminator_loss(self, real_scores, fake_scores):
        return _cross_entropy(real_scores, fake_scores)

    def generator_loss(self, fake_scores, real_scores):
        return 0.5 * ops.mean(ops.square(fake_scores))


adversarial_losses = Registry(
    AdversarialLoss,
    {
        "boundary_seeking": BoundarySeekingLoss,
        "hinge": HingeLoss,
        "least_squares": LeastSquaresLoss,
        "minimax": MinimaxLoss,
        "non_saturating": NonSaturatingLoss,
        "relativistic": RelativisticLoss,
        "wasserstein": WassersteinLoss,
    },
    name="adversarial loss",
    hints={
        "bce": "That of a GAN is 'non_saturating'. ",
        "binary_crossentropy": "That of a GAN is 'non_saturating'. ",
        "mean_squared_error": "That of a GAN is 'least_squares'. ",
        "mse": "That of a GAN is 'least_squares'. ",
    },
)


def get(identifier):
    """The adversarial loss that an id, a config or an object names.

    Args:
        identifier: An `AdversarialLoss`, its serialized config or one of the
            ids `"boundary_seeking"`, `"hinge"`, `"least_squares"`,
            `"minimax"`, `"non_saturating"`, `"relativistic"` and
            `"wasserstein"`.

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: If the id is unknown or the object is of another kind.

    Example:

    >>> loss = losses.get("hinge")
    """
    return adversarial_losses.get(identifier)


def _cross_entropy(real_scores, fake_scores):
    real = ops.mean(ops.softplus(-real_scores))  # -log D(real)
    fake = ops.mean(ops.softplus(fake_scores))  # -log(1 - D(fake))
    return real + fake
