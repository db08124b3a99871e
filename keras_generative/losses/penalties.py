"""Penalties on the gradient of the discriminator with respect to images.

Each is called as `penalty(discriminator, real, fake, seed)` and returns a
float32 scalar, before its `weight`. The discriminator comes in inference
mode: batch statistics would tie the gradient of one image to the others.
"""

import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number


class Penalty:
    """What a penalty is: a weight, a name in the logs, and one method.

    Args:
        weight: Float >= 0, its factor in the discriminator's loss.
        name: String, its key in the logs (unweighted).
    """

    def __init__(self, weight, name):
        self.weight = check_number(weight, "weight", minimum=0.0)
        self.name = name

    def __call__(self, discriminator, real, fake, seed):
        """Returns the penalty, before its weight.

        Args:
            discriminator: Function of images that returns scores (batch, 1).
            real: Images of shape (batch, height, width, channels).
            fake: Images of that shape.
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
    uniform in [0, 1) for each image.

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
        self.one_sided = one_sided

    def __call__(self, discriminator, real, fake, seed):
        # A generator may end in half precision, the data does not.
        real, fake = ops.cast(real, "float32"), ops.cast(fake, "float32")
        u = backend.random_uniform((ops.shape(real)[0], 1, 1, 1), seed)
        images = fake + u * (real - fake)
        excess = _gradient_norm(discriminator, images) - 1.0
        if self.one_sided:
            excess = ops.relu(excess)
        return ops.mean(ops.square(excess))

    def get_config(self):
        return {**super().get_config(), "one_sided": self.one_sided}


@keras.saving.register_keras_serializable(package="keras_generative")
class R1Penalty(Penalty):
    """R1: the discriminator is flat at real images.

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
        gradient = backend.input_gradient(discriminator, real)
        return 0.5 * ops.mean(_squared_norm(gradient))


@keras.saving.register_keras_serializable(package="keras_generative")
class DRAGANPenalty(Penalty):
    """DRAGAN: the discriminator's gradient has norm 1 around real images.

    `mean((||grad D(real + noise)|| - 1)**2)` with normal noise.

    Args:
        weight: Float >= 0. Defaults to `10.0`.
        noise_stddev: Float >= 0, in units of the image range. Defaults to
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
        images = real + self.noise_stddev * ops.cast(noise, real.dtype)
        norm = _gradient_norm(discriminator, images)
        return ops.mean(ops.square(norm - 1.0))

    def get_config(self):
        return {**super().get_config(), "noise_stddev": self.noise_stddev}


def _gradient_norm(discriminator, images):
    gradient = backend.input_gradient(discriminator, images)
    # The square root has no derivative at 0: epsilon goes inside.
    return ops.sqrt(_squared_norm(gradient) + 1e-12)


def _squared_norm(gradient):
    gradient = ops.cast(gradient, "float32")
    return ops.sum(ops.square(gradient), axis=(1, 2, 3))


penalties = Registry(
    Penalty,
    {
        "dragan_penalty": DRAGANPenalty,
        "gradient_penalty": GradientPenalty,
        "r1_penalty": R1Penalty,
    },
    name="penalty",
)


def get_penalties(identifiers, log_names):
    """A list of `Penalty` objects, each with a name of its own in the logs.

    Args:
        identifiers: List of `Penalty` objects or their ids.
        log_names: Names that the logs have besides.

    Raises:
        ValueError: If an id is unknown or a name is taken.
    """
    objects = [penalties.get(identifier) for identifier in identifiers]
    names = [*log_names, *(penalty.name for penalty in objects)]
    if len(set(names)) < len(names):
        raise ValueError(
            "Each penalty needs a name of its own, since it is a key of "
            f"the logs. Received: penalties={identifiers!r}"
        )
    return objects
