import math

import keras
import numpy as np

from keras_generative.priors.prior import Prior


@keras.saving.register_keras_serializable(package="keras_generative")
class StandardNormal(Prior):
    """N(0, I), which the latents of VAEs and GANs are trained to follow.

    Example:

    >>> z = StandardNormal().sample(64, (2,), seed=1)
    >>> log_p = StandardNormal().log_prob(z)
    """

    def draw(self, generator, num_samples, latent_dim):
        return generator.standard_normal((num_samples, latent_dim), "float32")

    def latents_of(self, noise, uniform, labels=None):
        """Latents of what chance gives in a train step: noise as it is."""
        return noise

    def log_density(self, vectors):
        constant = vectors.shape[1] * math.log(2 * math.pi)
        return -0.5 * (np.square(vectors).sum(axis=1) + constant)
