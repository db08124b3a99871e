import math

import numpy as np

from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed
from keras_generative.utils.validation import check_shape


class Prior:
    """What a prior is: latents to draw, and the density of each.

    A decoder makes images of latents drawn from a prior:
    `model.generate(64, prior=prior)`. Any prior serves any model, since
    whatever it learns it learns from latents, `fit(model.encode(images))`.

    A subclass has `draw` and `log_density`, and one that learns also `learn`.
    One that has `latents_of`, too, can be drawn from within a train step, as
    an `AdversarialAutoencoder` does, and is saved with it by `get_config`.
    All work on latents as vectors, whatever their shape.
    """

    # Of one latent; known where the prior was fitted to some.
    latent_shape = None
    learns = False

    def fit(self, z):
        """Learns what there is to learn from latents.

        Args:
            z: Float array of shape (num_latents, ...).

        Returns:
            The prior itself.

        Raises:
            ValueError: If the latents are not finite, or too few.
        """
        z = as_array(z, "z")
        vectors = _vectors(z)
        if self.learns:
            self.learn(vectors)
            self.latent_shape = z.shape[1:]
        return self

    def sample(self, num_samples, latent_shape, seed=None):
        """Draws latents, the same from one seed on every backend.

        The first of more latents are those of fewer.

        Args:
            num_samples: Positive integer.
            latent_shape: Tuple, the shape of one latent, `(latent_dim,)`.
            seed: Integer. `None` draws one from numpy's global generator,
                which `keras.utils.set_random_seed` sets.

        Returns:
            Float32 array of shape (num_samples, *latent_shape).

        Raises:
            ValueError: If an argument is none of the above, or the prior was
                not fitted, or to latents of another shape.
        """
        check_positive_integer(num_samples, "num_samples")
        check_shape(latent_shape, "latent_shape")
        self._check_ready(latent_shape)
        if check_seed(seed, optional=True) is None:
            seed = np.random.randint(2**31)
        generator = np.random.default_rng(seed)
        z = self.draw(generator, num_samples, math.prod(latent_shape))
        return z.astype("float32").reshape(num_samples, *latent_shape)

    def log_prob(self, z):
        """The log density of each latent, in nats.

        Args:
            z: Float array of shape (num_latents, ...).

        Returns:
            Float64 array of shape (num_latents,).

        Raises:
            ValueError: If the latents are not finite, or the prior was not
                fitted, or to latents of another shape.
        """
        z = as_array(z, "z")
        vectors = _vectors(z)
        self._check_ready(z.shape[1:])
        return self.log_density(vectors)

    def learn(self, vectors):
        """Learns from latents, where `learns` is `True`.

        Args:
            vectors: Float64 array of shape (num_latents, latent_dim).
        """
        raise NotImplementedError

    def draw(self, generator, num_samples, latent_dim):
        """Draws latents.

        Args:
            generator: `numpy.random.Generator`, the only source of chance.
            num_samples: Integer.
            latent_dim: Integer.

        Returns:
            Float array of shape (num_samples, latent_dim).
        """
        raise NotImplementedError

    def log_density(self, vectors):
        """Returns the log density of each latent, of shape (num_latents,).

        Args:
            vectors: Float64 array of shape (num_latents, latent_dim).
        """
        raise NotImplementedError

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def _check_ready(self, latent_shape):
        if not self.learns:
            return
        name = type(self).__name__
        if self.latent_shape is None:
            raise ValueError(
                f"A `{name}` must be fitted before it is used, e.g. "
                "`prior.fit(model.encode(images))`. "
                f"Received: prior={self!r}, not fitted"
            )
        check_fit(
            latent_shape,
            self.latent_shape,
            f"Latents of a `{name}` fitted to others of that shape",
        )


def branch(generator):
    """A generator of its own for the second thing to draw of each latent.

    After all of the first thing, it would depend on how many latents there are.
    """
    return np.random.default_rng(generator.integers(2**63))


def _vectors(z):
    """Latents as a float64 array of shape (num_latents, latent_dim)."""
    if z.ndim < 2 or z.dtype.kind not in "fiu":
        raise ValueError(
            "Latents must be a float array of shape (num_latents, latent_dim) "
            "or (num_latents, ...). "
            f"Received: z of shape={z.shape} and dtype={z.dtype}"
        )
    vectors = z.astype("float64").reshape(len(z), math.prod(z.shape[1:]))
    if not np.isfinite(vectors).all():
        raise ValueError(
            "Latents must be finite. Received: z with "
            f"{np.count_nonzero(~np.isfinite(vectors))} numbers that are not"
        )
    return vectors
