import math

import keras
import numpy as np
from keras import ops

from keras_generative.priors.prior import Prior
from keras_generative.priors.prior import branch
from keras_generative.utils.lazy_module import LazyModule
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed
from keras_generative.utils.validation import is_integer

mixture = LazyModule("sklearn.mixture", pip_name="scikit-learn")
_LEARNED = ("weights", "means", "factors")


@keras.saving.register_keras_serializable(package="keras_generative")
class GaussianMixture(Prior):
    """A sum of Gaussians, fitted to the latents of a trained encoder.

    Latents of real images seldom fill N(0, I): those of a plain autoencoder
    follow no prior at all, and the aggregate of those of a VAE leaves holes.
    Drawn from where latents are, samples are better than the model's own, and
    an autoencoder can generate. Fitting needs `scikit-learn`; `of` makes a
    mixture whose Gaussians are given.

    Args:
        num_components: Positive integer, how many Gaussians, each with a full
            covariance matrix.
        seed: Integer or `None`, for the fit.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> prior = GaussianMixture(10, seed=1).fit(model.encode(images))
    >>> new_images = model.generate(64, prior=prior, seed=2)

    Reference:

    - [Ghosh et al., 2019](https://arxiv.org/abs/1903.12436), section 4.
    """

    learns = True

    def __init__(self, num_components, seed=None):
        self.num_components = check_positive_integer(
            num_components, "num_components"
        )
        self.seed = check_seed(seed, optional=True)

    def learn(self, vectors):
        if len(vectors) < max(2, self.num_components):
            raise ValueError(
                "A mixture needs at least two latents, and as many as it has "
                f"components. Received: {len(vectors)} latents for "
                f"num_components={self.num_components}"
            )
        fitted = mixture.GaussianMixture(
            self.num_components, random_state=self.seed
        ).fit(vectors)
        self.weights = fitted.weights_  # (components,)
        self.means = fitted.means_  # (components, dim)
        # Lower triangles L with covariance L L^T.
        self.factors = np.linalg.cholesky(fitted.covariances_)

    @classmethod
    def of(cls, means, stddevs):
        """A mixture of Gaussians that are given, equally likely.

        Args:
            means: Float array of shape (num_components, ...), of latents.
            stddevs: Positive float, the standard deviation of all numbers, or
                an array of these, of the shape of `means`.

        Raises:
            ValueError: If they are no such arrays.
        """
        means, stddevs = as_array(means, "means"), as_array(stddevs, "stddevs")
        if (
            means.ndim < 2
            or {means.dtype.kind, stddevs.dtype.kind} - set("fiu")
            or not np.isfinite(means).all()
            or not (np.isfinite(stddevs) & (stddevs > 0.0)).all()
            or stddevs.shape not in ((), means.shape)
        ):
            raise ValueError(
                "A mixture is of finite means of shape (num_components, "
                "latent_dim) and of deviations above 0, one or of that shape. "
                f"Received: means={means!r}, stddevs={stddevs!r}"
            )
        prior = cls(len(means))
        vectors = means.reshape(len(means), -1).astype("float64")
        scales = np.broadcast_to(stddevs, means.shape).reshape(vectors.shape)
        prior.weights = np.full(len(means), 1.0 / len(means))
        prior.means = vectors
        prior.factors = scales[:, None] * np.eye(vectors.shape[1])
        prior.latent_shape = means.shape[1:]
        return prior

    def component(self, index):
        """One of the Gaussians, a mixture of its own.

        Args:
            index: Integer from 0 to `num_components - 1`.

        Raises:
            ValueError: If there is none, or the prior was not fitted.
        """
        self._check_ready(self.latent_shape)
        if not is_integer(index) or not 0 <= index < self.num_components:
            raise ValueError(
                "Argument `index` must be an integer from 0 to "
                f"{self.num_components - 1}. Received: index={index!r}"
            )
        part = type(self)(1)
        part.weights = np.ones(1)
        part.means = self.means[[index]]
        part.factors = self.factors[[index]]
        part.latent_shape = self.latent_shape
        return part

    def latents_of(self, noise, uniform, labels=None):
        """Latents of what chance gives in a train step.

        Args:
            noise: Standard normal tensor of shape (batch, latent_dim).
            uniform: Tensor of numbers in [0, 1), of shape (batch, 1).
            labels: Integer tensor of shape (batch,), which Gaussian each
                latent is of. Defaults to `None`, by their weights.
        """
        if labels is None:
            ends = ops.cast(np.cumsum(self.weights)[:-1], uniform.dtype)
            above = ops.cast(uniform >= ends, "int32")
            labels = ops.sum(above, axis=-1)
        means, factors = (
            ops.take(ops.cast(part, noise.dtype), labels, axis=0)
            for part in (self.means, self.factors)
        )
        return means + ops.sum(factors * noise[:, None], axis=-1)

    def draw(self, generator, num_samples, latent_dim):
        shares = self.weights / self.weights.sum()
        of_components = branch(generator)
        chosen = of_components.choice(len(shares), num_samples, p=shares)
        noise = generator.standard_normal((num_samples, latent_dim))
        z = self.means[chosen]
        for component, factor in enumerate(self.factors):
            rows = chosen == component
            z[rows] += noise[rows] @ factor.T
        return z

    def log_density(self, vectors):
        joint = [
            math.log(weight) + _log_normal(vectors, mean, factor)
            for weight, mean, factor in zip(
                self.weights, self.means, self.factors
            )
        ]
        return np.logaddexp.reduce(joint, axis=0)

    def get_config(self):
        config = {"num_components": self.num_components, "seed": self.seed}
        if self.latent_shape is not None:
            parts = {name: getattr(self, name).tolist() for name in _LEARNED}
            config |= {**parts, "latent_shape": list(self.latent_shape)}
        return config

    @classmethod
    def from_config(cls, config):
        prior = cls(config["num_components"], config["seed"])
        if "latent_shape" in config:
            for name in _LEARNED:
                setattr(prior, name, np.array(config[name]))
            prior.latent_shape = tuple(config["latent_shape"])
        return prior


def _log_normal(x, mean, factor):
    """log N(x; mean, factor factor^T) of each row of `x`."""
    standardized = np.linalg.solve(factor, (x - mean).T)
    return (
        -0.5 * np.square(standardized).sum(axis=0)
        - np.log(np.diagonal(factor)).sum()
        - 0.5 * len(mean) * math.log(2 * math.pi)
    )
