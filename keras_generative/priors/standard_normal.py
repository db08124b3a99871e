import math

import numpy as np

from keras_generative.priors.prior import Prior


class StandardNormal(Prior):
    """N(0, I), which the latents of VAEs and GANs are trained to follow.

    Example:

    >>> z = StandardNormal().sample(64, (2,), seed=1)
    >>> log_p = StandardNormal().log_prob(z)
    """

    def draw(self, generator, num_samples, latent_dim):
        return generator.standard_normal((num_samples, latent_dim), "float32")

    def log_density(self, vectors):
        constant = vectors.shape[1] * math.log(2 * math.pi)
        return -0.5 * (np.square(vectors).sum(axis=1) + constant)
