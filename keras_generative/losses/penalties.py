"""Penalties on the gradient of the discriminator with respect to samples.

Each is called as `penalty(discriminator, real, fake, seed)` and returns a
scalar, before its `weight`. The discriminator comes in inference mode: batch
statistics would tie the gradient of one sample to the others.
"""

import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.precision import at_least_float32
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_string


class Penalty:
    """What a penalty is: a weight, a name in the logs, and one method.

    Args:
        weight: Float >= 0, its factor in the discriminator's loss.
        name: String, its key in the logs (unweighted).
    """

    def __init__(self, weight, name):
        self.weight = check_number(weight, "weight", minimum=0.0)
        self.name = check_string(name, "name")

    def __call__(self, discriminator, real, fake, seed):
        """Returns the penalty, before its weight.

        Args:
            discriminator: Function of samples that returns scores of shape
                (batch, 1), or (batch, height, width, 1) of patches.
            real: Samples of any shape, (batch, ...).
            fake: Samples of that shape.
            seed: `keras.random.SeedGenerator` of the model.
        """
        raise NotImplementedError

    def get_config(self):
        return {"weight": self.weight, "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@keras.saving.register_keras_serializable(package="keras_generative")
class GradientPenalty(Penalty):
    """WGAN-GP: the critic's gradient has norm 1 between real and fake.

    `mean((||grad D(x)|| - 1)**2)` at `x = u * real + (1 - u) * fake` with `u`
    uniform in [0, 1) for each sample. Of a discriminator of patches, `D` is
    the mean score of a sample, here as in all penalties.

    Args:
        weight: Float >= 0. Defaults to `10.0`.
        one_sided: Boolean. If `True`, only norms above 1 are penalised
            (WGAN-LP). Defaults to `False`.
        name: String, its key in the logs. Defaults to `"gradient_penalty"`.

    Example:

    >>> gan.compile(loss="wasserstein", penalties=[GradientPenalty(10.0)])

    Reference:

    - [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), algorithm 1.
    - [Petzka et al., 2017](https://arxiv.org/abs/1709.08894), for the
      one-sided form.
    """

    def __init__(self, weight=10.0, one_sided=False, name="gradient_penalty"):
        super().__init__(weight, name)
        self.one_sided = check_boolean(one_sided, "one_sided")

    def __call__(self, discriminator, real, fake, seed):
        # A generator may end in half precision, the data does not.
        real, fake = at_least_float32(real), at_least_float32(fake)
        shape = (ops.shape(real)[0], *[1] * (len(real.shape) - 1))
        u = ops.cast(backend.random_uniform(shape, seed), real.dtype)
        samples = fake + u * (real - fake)
        excess = _gradient_norm(discriminator, samples) - 1.0
        if self.one_sided:
            excess = ops.relu(excess)
        return ops.mean(ops.square(excess))

    def get_config(self):
        return {**super().get_config(), "one_sided": self.one_sided}


@keras.saving.register_keras_serializable(package="keras_generative")
class R1Penalty(Penalty):
    """R1: the discriminator is flat at real samples.

    `0.5 * mean(||grad D(real)||**2)`; the weight is the paper's gamma.

    Args:
        weight: Float >= 0, gamma. Defaults to `10.0`.
        name: String, its key in the logs. Defaults to `"r1_penalty"`.

    Example:

    >>> gan.compile(penalties=[R1Penalty(10.0)])

    Reference:

    - [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 9.
    """

    def __init__(self, weight=10.0, name="r1_penalty"):
        super().__init__(weight, name)

    def __call__(self, discriminator, real, fake, seed):
        return 0.5 * ops.mean(_squared_gradient_norm(discriminator, real))


@keras.saving.register_keras_serializable(package="keras_generative")
class R2Penalty(Penalty):
    """R2: the discriminator is flat at made samples.

    `0.5 * mean(||grad D(fake)||**2)`; the weight is the paper's gamma. With
    `R1Penalty` and `RelativisticLoss` it makes R3GAN.

    Args:
        weight: Float >= 0, gamma. Defaults to `10.0`.
        name: String, its key in the logs. Defaults to `"r2_penalty"`.

    Example:

    >>> gan.compile(
    ...     loss="relativistic", penalties=[R1Penalty(1.0), R2Penalty(1.0)]
    ... )

    Reference:

    - [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 10.
    - [Huang et al., 2024](https://arxiv.org/abs/2501.05441), section 2.
    """

    def __init__(self, weight=10.0, name="r2_penalty"):
        super().__init__(weight, name)

    def __call__(self, discriminator, real, fake, seed):
        return 0.5 * ops.mean(_squared_gradient_norm(discriminator, fake))


@keras.saving.register_keras_serializable(package="keras_generative")
class DRAGANPenalty(Penalty):
    """DRAGAN: the discriminator's gradient has norm 1 around real samples.

    `mean((||grad D(real + noise)|| - 1)**2)` with normal noise.

    Args:
        weight: Float >= 0. Defaults to `10.0`.
        noise_stddev: Float >= 0, in units of the samples. Defaults to
            `0.3`, about half the standard deviation of digits in [-1, 1].
        name: String, its key in the logs. Defaults to `"dragan_penalty"`.

    Example:

    >>> gan.compile(penalties=[DRAGANPenalty()])

    Reference:

    - [Kodali et al., 2017](https://arxiv.org/abs/1705.07215), equation 5.
    """

    def __init__(self, weight=10.0, noise_stddev=0.3, name="dragan_penalty"):
        super().__init__(weight, name)
        self.noise_stddev = check_number(
            noise_stddev, "noise_stddev", minimum=0.0
        )

    def __call__(self, discriminator, real, fake, seed):
        noise = backend.random_normal(ops.shape(real), seed)
        samples = real + self.noise_stddev * ops.cast(noise, real.dtype)
        norm = _gradient_norm(discriminator, samples)
        return ops.mean(ops.square(norm - 1.0))

    def get_config(self):
        return {**super().get_config(), "noise_stddev": self.noise_stddev}


penalties = Registry(
    Penalty,
    {
        "dragan_penalty": DRAGANPenalty,
        "gradient_penalty": GradientPenalty,
        "r1_penalty": R1Penalty,
        "r2_penalty": R2Penalty,
    },
    name="penalty",
)


def get_penalties(identifiers, log_names):
    """A list of `Penalty` objects, each with a name of its own in the logs.

    Args:
        identifiers: List of `Penalty` objects or their ids.
        log_names: Names that the logs have besides.

    Raises:
        ValueError: If it is no list, an id is unknown or a name is taken.
    """
    # A dict or a string would be read as its keys or letters, and a weight in
    # it passed over.
    if not isinstance(identifiers, (list, tuple)):
        raise ValueError(
            "Argument `penalties` must be a list of `Penalty` objects or ids, "
            "e.g. `[R1Penalty(weight=0.5)]`. "
            f"Received: penalties={identifiers!r}"
        )
    objects = [penalties.get(identifier) for identifier in identifiers]
    names = [*log_names, *(penalty.name for penalty in objects)]
    if len(set(names)) < len(names):
        raise ValueError(
            "Each penalty needs a name of its own, since it is a key of "
            f"the logs. Received: penalties={identifiers!r}"
        )
    return objects


def _gradient_norm(discriminator, samples):
    # The square root has no derivative at 0: epsilon goes inside.
    return ops.sqrt(_squared_gradient_norm(discriminator, samples) + 1e-12)


def _squared_gradient_norm(discriminator, samples):
    """||grad D||**2 for each sample, of shape (batch,)."""

    def score(samples):
        scores = discriminator(samples)
        return ops.mean(scores, axis=tuple(range(1, len(scores.shape))))

    gradient = at_least_float32(backend.input_gradient(score, samples))
    axes = tuple(range(1, len(gradient.shape)))
    return ops.sum(ops.square(gradient), axis=axes)
