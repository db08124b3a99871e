import math

import numpy as np

from keras_generative.priors.prior import Prior
from keras_generative.priors.prior import branch
from keras_generative.utils.lazy_module import LazyModule
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed

mixture = LazyModule("sklearn.mixture", pip_name="scikit-learn")


class GaussianMixture(Prior):
    """A sum of Gaussians, fitted to the latents of a trained encoder.

    Latents of real images seldom fill N(0, I): those of a plain autoencoder
    follow no prior at all, and the aggregate of those of a VAE leaves holes.
    Drawn from where latents are, samples are better than the model's own, and
    an autoencoder can generate. Fitting needs `scikit-learn`.

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


def _log_normal(x, mean, factor):
    """log N(x; mean, factor factor^T) of each row of `x`."""
    standardized = np.linalg.solve(factor, (x - mean).T)
    return (
        -0.5 * np.square(standardized).sum(axis=0)
        - np.log(np.diagonal(factor)).sum()
        - 0.5 * len(mean) * math.log(2 * math.pi)
    )
