"""Divergences between distributions that have a closed form."""

from keras import ops

from keras_generative.utils.batches import shape_of
from keras_generative.utils.precision import at_least_float32
from keras_generative.utils.validation import check_fit


def standard_normal_kl(z_mean, z_log_var):
    """KL divergence from N(z_mean, exp(z_log_var) I) to N(0, I), in nats.

    `0.5 * sum(exp(z_log_var) + z_mean**2 - 1 - z_log_var)` over the latent
    dimensions.

    Args:
        z_mean: Tensor of shape (batch, latent_dim), or of any rank.
        z_log_var: Tensor of shape (batch, latent_dim), the log of the
            variances.

    Returns:
        Float tensor of shape (batch,), each at least 0.

    Raises:
        ValueError: If the shapes differ.

    Reference:

    - [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114), appendix B.
    """
    check_fit(
        shape_of(z_log_var) or (), shape_of(z_mean) or (None,), "`z_log_var`"
    )
    z_mean = at_least_float32(z_mean)
    z_log_var = at_least_float32(z_log_var)
    terms = ops.exp(z_log_var) + ops.square(z_mean) - 1.0 - z_log_var
    return 0.5 * ops.sum(terms, axis=tuple(range(1, len(terms.shape))))
