"""What a VAE uses its latents for, told from the posteriors of many images."""

import typing

import numpy as np

from keras_generative.utils.progress import progress

BLOCK_SIZE = 256


class LatentDiagnostics(typing.NamedTuple):
    """What `VAE.latent_diagnostics` returns, and says there."""

    kl_per_dimension: np.ndarray
    active_units: np.ndarray
    mutual_information: float
    marginal_kl: float
    mean: np.ndarray
    covariance: np.ndarray


def diagnose(z_mean, z_log_var, seed, verbose):
    """Returns the `LatentDiagnostics` of posteriors.

    Args:
        z_mean: Array of shape (num_images, latent_dim).
        z_log_var: Array of that shape.
        seed: Integer, for one latent drawn from each posterior.
        verbose: See `progress`.
    """
    z_mean, z_log_var = z_mean.astype("float64"), z_log_var.astype("float64")
    variance = np.exp(z_log_var)
    kl = 0.5 * (variance + z_mean**2 - 1.0 - z_log_var).mean(axis=0)
    information = mutual_information(z_mean, z_log_var, seed, verbose)
    covariance = np.atleast_2d(np.cov(z_mean.T, bias=True))
    return LatentDiagnostics(
        kl_per_dimension=kl,
        active_units=np.diag(covariance) > 0.01,
        mutual_information=information,
        marginal_kl=float(kl.sum()) - information,
        mean=z_mean.mean(axis=0),
        covariance=covariance + np.diag(variance.mean(axis=0)),
    )


def mutual_information(z_mean, z_log_var, seed, verbose):
    """The mean of log q(z|x) - log q(z), of one z for each posterior.

    q(z) is taken over all posteriors, block after block.
    """
    noise = np.random.default_rng(seed).standard_normal(z_mean.shape)
    z = z_mean + np.exp(0.5 * z_log_var) * noise
    # Without the constants, which are those of q(z) too.
    log_posterior = -0.5 * (noise**2 + z_log_var).sum(axis=1)
    # The squares of (z - z_mean) / sigma, multiplied out for all pairs.
    precision = np.exp(-z_log_var)
    constant = (z_mean**2 * precision + z_log_var).sum(axis=1)
    log_marginal = []
    for start in progress(range(0, len(z), BLOCK_SIZE), verbose):
        block = z[start : start + BLOCK_SIZE]
        terms = block**2 @ precision.T - 2 * block @ (z_mean * precision).T
        log_densities = -0.5 * (terms + constant)  # (block, num_images)
        log_marginal.append(np.logaddexp.reduce(log_densities, axis=1))
    log_marginal = np.concatenate(log_marginal) - np.log(len(z))
    return float((log_posterior - log_marginal).mean())
