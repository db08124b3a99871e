import math

import numpy as np
from keras import ops

from keras_generative.priors.prior import Prior
from keras_generative.priors.prior import branch
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import is_integer


class NoiseAndCodes(Prior):
    """Standard normal noise, one-hot categories, and numbers in [-1, 1].

    The latents of an `InfoGAN`, in this order: categories and numbers, both
    uniform, are the codes that stand for what can be told of a sample.

    Args:
        noise_dim: Positive integer.
        num_categories: Integer, how many categories there are, 0 for none, or
            a tuple of positive integers, for several independent codes.
        num_continuous: Integer, at least 0.

    Raises:
        ValueError: If an argument is none of the above, or there is no code.
    """

    def __init__(self, noise_dim, num_categories, num_continuous):
        self.noise_dim = check_positive_integer(noise_dim, "noise_dim")
        self.num_categories = _check_categories(num_categories)
        if (
            not is_integer(num_continuous)
            or num_continuous < 0
            or num_continuous + len(self.num_categories) == 0
        ):
            raise ValueError(
                "Argument `num_continuous` must be an integer of at least 0, "
                "and 1 where there are no categories. Received: "
                f"num_continuous={num_continuous!r}, "
                f"num_categories={num_categories!r}"
            )
        self.num_continuous = int(num_continuous)

    @property
    def one_hot_dim(self):
        """Integer, the size of all one-hot vectors together."""
        return sum(self.num_categories)

    @property
    def code_dim(self):
        """Integer, the size of all codes."""
        return self.one_hot_dim + self.num_continuous

    @property
    def num_codes(self):
        """Integer, how many codes there are."""
        return len(self.num_categories) + self.num_continuous

    @property
    def code_entropy(self):
        """The entropy of the codes, in nats."""
        return sum(math.log(count) for count in self.num_categories) + (
            self.num_continuous * math.log(2.0)
        )

    def latents_of(self, noise, uniform):
        """Latents of what chance gives.

        Args:
            noise: Standard normal tensor of shape (batch, noise_dim).
            uniform: Tensor of numbers in [0, 1), of shape (batch, num_codes).
        """
        one_hots = [
            # Rounding must not make a category of its own out of almost 1.
            ops.one_hot(
                ops.minimum(
                    ops.cast(count * uniform[:, i], "int32"), count - 1
                ),
                count,
            )
            for i, count in enumerate(self.num_categories)
        ]
        continuous = 2.0 * uniform[:, len(one_hots) :] - 1.0
        return ops.concatenate([noise, *one_hots, continuous], axis=-1)

    def blocks_of(self, one_hots):
        """The one-hot vectors, or logits, of each code: a list of tensors."""
        ends = np.cumsum(self.num_categories).tolist()
        return [
            one_hots[:, end - count : end]
            for count, end in zip(self.num_categories, ends)
        ]

    def with_codes(self, latents, codes):
        """Latents whose codes are those that were asked for.

        Args:
            latents: Array of shape (num_samples, latent_dim).
            codes: Float array of shape (num_samples, code_dim), or integers
                below the only count of categories: one, or one a sample. The
                numbers then stay as they are.

        Raises:
            ValueError: If the codes are none of the above.
        """
        codes = self._check_codes(codes, len(latents))
        before, after = np.split(latents, [self.noise_dim], axis=1)
        rest = after[:, codes.shape[1] :]
        return np.concatenate([before, codes, rest], axis=1)

    def _check_codes(self, codes, num_samples):
        codes = as_array(codes, "codes")
        if codes.ndim < 2 and codes.dtype.kind in "iu":
            return self._one_hot(codes, num_samples)
        if codes.shape != (num_samples, self.code_dim) or (
            codes.dtype.kind not in "iuf"
        ):
            raise ValueError(
                f"Codes must be an array of shape ({num_samples}, "
                f"{self.code_dim}), or a category. "
                f"Received: codes of shape={codes.shape}, dtype={codes.dtype}"
            )
        return codes.astype("float32")

    def _one_hot(self, categories, num_samples):
        (count, *others) = self.num_categories or (0,)
        fits = categories.shape in ((), (num_samples,))
        if (
            others
            or not fits
            or not ((0 <= categories) & (categories < count)).all()
        ):
            raise ValueError(
                "A category must be an integer, or one for each sample, of a "
                f"single code, from 0 to {count - 1}. Received: "
                f"codes={categories!r} for {num_samples} samples and "
                f"num_categories={self.num_categories}"
            )
        one_hot = np.eye(count, dtype="float32")[categories]
        return np.broadcast_to(one_hot, (num_samples, count))

    def draw(self, generator, num_samples, latent_dim):
        check_fit(
            (latent_dim,), (self.noise_dim + self.code_dim,), "The latents"
        )
        of_codes = branch(generator)
        noise = generator.standard_normal(
            (num_samples, self.noise_dim), "float32"
        )
        uniform = of_codes.random((num_samples, self.num_codes), "float32")
        return ops.convert_to_numpy(self.latents_of(noise, uniform))

    def log_density(self, vectors):
        """Of categories it is the probability."""
        noise, codes = np.split(vectors, [self.noise_dim], axis=1)
        one_hots, continuous = np.split(codes, [self.one_hot_dim], axis=1)
        is_code = (np.abs(continuous) <= 1.0).all(axis=1)
        for block in self.blocks_of(one_hots):
            is_code &= np.isin(block, (0.0, 1.0)).all(axis=1)
            is_code &= block.sum(axis=1) == 1.0
        constant = self.noise_dim * math.log(2 * math.pi)
        log_noise = -0.5 * (np.square(noise).sum(axis=1) + constant)
        return np.where(is_code, log_noise - self.code_entropy, -np.inf)


def _check_categories(num_categories):
    """Returns the counts of categories as a tuple, or raises."""
    if is_integer(num_categories):
        num_categories = (num_categories,) if num_categories else ()
    if not isinstance(num_categories, (tuple, list)) or not all(
        is_integer(count) and count > 1 for count in num_categories
    ):
        raise ValueError(
            "Argument `num_categories` must be 0, an integer of at least 2, or "
            "a tuple of these, for several codes. "
            f"Received: num_categories={num_categories!r}"
        )
    return tuple(int(count) for count in num_categories)
