"""Pictures of a latent space."""

from statistics import NormalDist

import numpy as np

from keras_generative.utils import LazyModule
from keras_generative.utils import validation
from keras_generative.visualization import figures
from keras_generative.visualization.projection import to_plane

matplotlib = LazyModule("matplotlib", pip_name="matplotlib")


def latent_scatter(z, labels=None, title=None):
    """Latent vectors as points, coloured by class.

    Latents of more than two dimensions are projected on their first two
    principal components; those of one dimension get a lane for each class.
    Points that are not finite are left out.

    Args:
        z: Array of shape (num_images, latent_dim).
        labels: Integers of shape (num_images,) or (num_images, 1), the
            classes. Defaults to `None`, one colour.
        title: String. Defaults to `None`, no title.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If the shapes do not fit or no point is finite.

    Example:

    >>> picture = latent_scatter(model.encode(images), labels)
    """
    z = _check_latents(z)
    classes, index = check_labels(labels, len(z))
    finite = np.isfinite(z).all(axis=1)
    if not finite.any():
        raise ValueError(
            "Argument `z` must have at least one finite row. Received: z of "
            f"shape={z.shape} without one"
        )
    points, names = to_plane(z[finite], index[finite])
    plot = _draw(points, index[finite], classes, names, title)
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
    z = np.asarray(z)
    if z.ndim != 2 or 0 in z.shape:
        raise ValueError(
            "Argument `z` must be a non-empty array of shape (num_images, "
            f"latent_dim). Received: z of shape={z.shape}"
        )
    return z.astype("float64")


def check_labels(labels, num_images):
    """Returns the sorted classes, and the index of each image's class."""
    if labels is None:
        return None, np.zeros(num_images, int)
    labels = np.asarray(labels)
    if labels.shape not in ((num_images,), (num_images, 1)) or (
        labels.dtype.kind not in "iub"
    ):
        raise ValueError(
            "Argument `labels` must be integers of shape (num_images,) or "
            f"(num_images, 1), here num_images={num_images}. Received: labels "
            f"of shape={labels.shape}, dtype={labels.dtype}"
        )
    return np.unique(labels.ravel(), return_inverse=True)


def _draw(points, index, classes, axis_names, title):
    plot = figures.new_figure(7.5, 6.4)
    axes = plot.add_subplot(title=title or "")
    colors = _colors(1 if classes is None else len(classes))
    # In random order, so that no class hides the others.
    order = np.random.default_rng(0).permutation(len(points))
    axes.scatter(
        *points[order].T,
        c=colors[index[order]],
        s=np.clip(45000 / len(points), 4, 24),
        alpha=0.6,
        linewidths=0,
    )
    axes.set_xlabel(axis_names[0])
    axes.set_ylabel(axis_names[1])
    figures.tidy(axes)
    if axis_names[1] == "":
        axes.set_yticks([])
    # The names of more classes would fill the picture.
    if classes is not None and len(classes) <= 50:
        for color, name in zip(colors, classes):
            axes.scatter([], [], color=color, s=40, label=str(name))
        plot.legend(
            loc="outside right center",
            frameon=False,
            ncols=-(-len(classes) // 25),
        )
    return plot


def _colors(count):
    """The colours of `count` classes, an array of shape (count, 3)."""
    if count > 20:
        palette = matplotlib.colormaps["turbo"].resampled(count)
    else:
        palette = matplotlib.colormaps["tab10" if count <= 10 else "tab20"]
    return palette(np.arange(count))[:, :3]
