"""What SSIM and MS-SSIM have in common."""

import numpy as np
from keras import ops

SIZE = 11
SIGMA = 1.5
# Against division by zero: (K L)**2 of the paper, with L = 1.
C1 = 0.01**2
C2 = 0.03**2


def similarities(x, y):
    """Structural similarity, and contrast and structure alone, of each pair.

    Args:
        x: Float32 tensor of shape (batch, height, width, channels), from 0,
            black, to 1.
        y: Likewise.

    Returns:
        Two tensors of shape (batch, channels): the means of `l cs` and of
        `cs` over the windows that lie within the image.
    """
    # Around the means of images, where rounding takes the least of variances
    # that are differences of squares.
    x_center = ops.mean(x, axis=(1, 2), keepdims=True)
    y_center = ops.mean(y, axis=(1, 2), keepdims=True)
    x, y = x - x_center, y - y_center
    x_mean, y_mean = blur(x), blur(y)
    variances = blur(x * x + y * y) - x_mean**2 - y_mean**2
    covariance = blur(x * y) - x_mean * y_mean
    x_mean, y_mean = x_mean + x_center, y_mean + y_center
    luminance = (2.0 * x_mean * y_mean + C1) / (x_mean**2 + y_mean**2 + C1)
    rest = (2.0 * covariance + C2) / (variances + C2)
    return (
        ops.mean(luminance * rest, axis=(1, 2)),
        ops.mean(rest, axis=(1, 2)),
    )


def blur(x):
    """Gaussian blur, without the border that it does not know."""
    # Sums and no convolution, which accelerators compute with fewer digits.
    weights = gaussian()
    end = SIZE - 1
    rows = sum(
        weight * x[:, i : ops.shape(x)[1] - end + i]
        for i, weight in enumerate(weights)
    )
    return sum(
        weight * rows[:, :, i : ops.shape(x)[2] - end + i]
        for i, weight in enumerate(weights)
    )


def gaussian():
    distances = np.arange(SIZE) - SIZE // 2
    weights = np.exp(-0.5 * (distances / SIGMA) ** 2)
    return [float(weight) for weight in weights / weights.sum()]
