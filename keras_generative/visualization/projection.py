"""Latent vectors of any dimension, brought to the plane."""

import numpy as np

# Up to so many, all points have a say in the directions.
MANY_DIMENSIONS = 512


def to_plane(z, index):
    """Points for a scatter plot, and the names of its axes.

    Args:
        z: Float64 array of shape (n, latent_dim), all finite.
        index: Integers of shape (n,), the lanes of one-dimensional latents.

    Returns:
        Array of shape (n, 2) and a pair of strings.
    """
    if z.shape[1] == 1:
        # Spread by chance within its lane: only x means anything. The first
        # lane is the upper one, as in the legend.
        spread = np.random.default_rng(0).uniform(-0.35, 0.35, len(z))
        return np.stack([z[:, 0], spread - index], axis=1), ("z[0]", "")
    if z.shape[1] == 2:
        return z, ("z[0]", "z[1]")
    projected, shares = principal_components(z)
    names = [
        f"principal component {i + 1} ({share:.0%} of the variance)"
        for i, share in enumerate(shares)
    ]
    return projected, names


def principal_components(z):
    """Projects on the two directions of largest variance.

    Args:
        z: Float array of shape (n, d), d at least 2.

    Returns:
        Array of shape (n, 2), and the two shares of the total variance.
    """
    z = z - z.mean(axis=0)
    directions = _directions(z)
    # A direction has no sign of its own. This choice keeps the pictures of
    # successive epochs from flipping.
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[[0, 1], largest])[:, None]
    projected = z @ directions.T
    total = np.square(z).sum() or 1.0
    return projected, np.square(projected).sum(axis=0) / total


def _directions(z):
    """The two directions of largest variance, as unit vectors."""
    if z.shape[1] <= MANY_DIMENSIONS:
        # Of the (d, d) scatter matrix, which has d directions for any n.
        return np.linalg.svd(z.T @ z)[2][:2]
    # The scatter matrix of a feature map would take minutes and gigabytes.
    rows = np.linspace(0, len(z) - 1, min(len(z), MANY_DIMENSIONS))
    found = np.linalg.svd(z[rows.astype(int)], full_matrices=False)[2][:2]
    return np.pad(found, ((0, 2 - len(found)), (0, 0)))
