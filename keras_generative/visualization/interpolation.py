import numpy as np

from keras_generative.utils import validation


def latent_interpolation_points(start, end, steps=10):
    """Latents on the way from some to others, along great circles.

    Latents of a normal distribution lie near a sphere, whose inside a model
    has hardly seen in training. Length changes evenly on the way, and
    directions do so at a constant angle.

    Args:
        start: Array of shape (num_ways, latent_dim).
        end: Array of that shape.
        steps: Integer, at least 2, latents of each way, with both ends.
            Defaults to `10`.

    Returns:
        Float32 array of shape (num_ways * steps, latent_dim). `image_grid`
        with `columns=steps` shows what they decode to, a row for each way.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> z = model.encode(images[:8])
    >>> points = latent_interpolation_points(z[:4], z[4:])
    >>> picture = image_grid(model.decode(points), columns=10)

    Reference:

    - [White, 2016](https://arxiv.org/abs/1609.04468), section 2.1.
    """
    start = validation.as_array(start, "start", "float64")
    end = validation.as_array(end, "end", "float64")
    if start.ndim != 2 or 0 in start.shape or start.shape != end.shape:
        raise ValueError(
            "Arguments `start` and `end` must be non-empty arrays of one "
            "shape (num_ways, latent_dim). "
            f"Received: shapes {start.shape} and {end.shape}"
        )
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError(
            "Arguments `start` and `end` must be finite. "
            "Received: latents with NaN or infinity"
        )
    validation.check_positive_integer(steps, "steps")
    validation.check_number(steps, "steps", minimum=2)
    lengths = [np.linalg.norm(z, axis=1, keepdims=True) for z in (start, end)]
    units = [z / np.maximum(n, 1e-12) for z, n in zip((start, end), lengths)]
    cosine = np.sum(units[0] * units[1], axis=1, keepdims=True)
    angle = np.arccos(np.clip(cosine, -1, 1))[:, None]  # (ways, 1, 1)
    share = np.linspace(0, 1, steps)[None, :, None]
    # Between the same and opposite directions there is no one circle.
    is_straight = np.sin(angle) < 1e-6
    sine = np.where(is_straight, 1.0, np.sin(angle))
    a = np.where(is_straight, 1 - share, np.sin((1 - share) * angle) / sine)
    b = np.where(is_straight, share, np.sin(share * angle) / sine)
    directions = a * units[0][:, None] + b * units[1][:, None]
    length = (1 - share) * lengths[0][:, None] + share * lengths[1][:, None]
    points = length * directions  # (ways, steps, latent_dim)
    return points.reshape(-1, start.shape[1]).astype("float32")
