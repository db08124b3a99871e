"""Pictures of a latent space."""

from statistics import NormalDist

import numpy as np

from keras_generative.utils import validation
from keras_generative.visualization import figures
from keras_generative.visualization.labels import read_labels
from keras_generative.visualization.projection import to_plane


def latent_scatter(z, labels=None, title=None):
    """Latents as points, coloured by their labels.

    Latents of more than two dimensions are projected on their first two
    principal components; those of one dimension get a lane for each class.
    Up to 20 classes have a colour each and a legend; more integers than that,
    and floats that are not whole, are on a colour scale. Points that are not
    finite are left out.

    Args:
        z: Array of shape (num_images, latent_dim), or of more axes, which
            are flattened.
        labels: Integers, strings or floats of shape (num_images,) or
            (num_images, 1), or one-hot of shape (num_images, num_classes).
            Defaults to `None`, one colour.
        title: String. Defaults to `None`, no title.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If the shapes do not fit or no point is finite.

    Example:

    >>> picture = latent_scatter(model.encode(images), labels)
    """
    z = _check_latents(z)
    labels = read_labels(labels, len(z))
    kept = np.isfinite(z).all(axis=1) & labels.is_finite
    if not kept.any():
        raise ValueError(
            "Argument `z` must have at least one finite row, with a label "
            f"that is no NaN. Received: z of shape={z.shape} without one"
        )
    points, names = to_plane(z[kept], labels.lanes[kept])
    plot = _draw(points, labels, kept, names, title)
    return figures.to_array(plot)


def latent_manifold_points(rows=20):
    """A square of latents at equal quantiles of the 2-D standard normal.

    Args:
        rows: Integer, points on a side. Defaults to `20`.

    Returns:
        Float32 array of shape (rows * rows, 2). `image_grid` with
        `columns=rows` shows what they decode to with the first latent
        growing to the right and the second upwards.

    Example:

    >>> images = model.decode(latent_manifold_points(20))
    >>> picture = image_grid(images, columns=20)

    Reference:

    - [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114), figure 4.
    """
    validation.check_positive_integer(rows, "rows")
    # The middles of equal shares, as the quantiles 0 and 1 are infinite.
    quantiles = [NormalDist().inv_cdf((i + 0.5) / rows) for i in range(rows)]
    x, y = np.meshgrid(quantiles, quantiles[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype("float32")


def _check_latents(z):
    z = validation.as_array(z, "z")
    if z.ndim < 2 or 0 in z.shape or z.dtype.kind not in "biuf":
        raise ValueError(
            "Argument `z` must be a non-empty array of numbers, of shape "
            "(num_images, latent_dim). "
            f"Received: z of shape={z.shape}, dtype={z.dtype}"
        )
    return z.reshape(len(z), -1).astype("float64")


def _draw(points, labels, kept, axis_names, title):
    plot = figures.new_figure(7.5, 6.4)
    axes = plot.add_subplot(title=title or "")
    # In random order, so that no class hides the others.
    order = np.random.default_rng(0).permutation(len(points))
    axes.scatter(
        *points[order].T,
        c=labels.colors()[kept][order],
        s=np.clip(45000 / len(points), 4, 24),
        alpha=0.6,
        linewidths=0,
    )
    axes.set_xlabel(axis_names[0])
    axes.set_ylabel(axis_names[1])
    figures.tidy(axes)
    if axis_names[1] == "":
        axes.set_yticks([])
    labels.explain(plot, axes)
    return plot
