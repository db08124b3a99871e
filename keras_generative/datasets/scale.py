import numpy as np


def scale(images, value_range):
    """uint8 images as float32, 0 and 255 scaled to `(low, high)`."""
    low, high = value_range
    images = images.astype("float32")
    images *= (high - low) / 255
    images += low
    # The scale is exact only to rounding, and sigmoids end at 1.
    return np.clip(images, low, high, out=images)
