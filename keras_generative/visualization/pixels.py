"""Float images of any range, turned into RGB pixels."""

import numpy as np

from keras_generative.utils import validation

SMALLEST_SIDE = 56  # Pixels: below this a digit is hard to make out.


def check_images(images, name):
    """Returns `images` as an array (n, h, w, c), or raises.

    Raises:
        ValueError: Unless they are a non-empty batch of float images with 1
            or 3 channels.
    """
    images = validation.as_array(images, name)
    if (
        images.ndim != 4
        or 0 in images.shape
        or images.shape[-1] not in (1, 3)
        or "float" not in str(images.dtype)
    ):
        raise ValueError(
            f"Argument `{name}` must be a non-empty float array of shape "
            "(num_images, height, width, channels) with 1 or 3 channels. "
            f"Received: {name} of shape={images.shape}, dtype={images.dtype}"
        )
    return images


def range_of(images):
    """The pair (smallest, largest) of the finite values of an array."""
    finite = images[np.isfinite(images)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return low, high if low < high else low + 1.0


def to_pixels(images, value_range):
    """Float images as uint8 RGB, small ones enlarged.

    Args:
        images: Float array of shape (n, h, w, c), see `check_images`.
        value_range: Pair of numbers, the values of black and of full
            brightness. What lies outside is clipped.

    Returns:
        Array of shape (n, h * factor, w * factor, 3).
    """
    low, high = validation.check_value_range(value_range)
    # NaN has no brightness. It is drawn black.
    images = np.nan_to_num(images.astype("float32"), nan=low)
    images = np.clip(images, low, high)  # First: infinity would overflow.
    pixels = np.round((images - low) / (high - low) * 255).astype("uint8")
    if pixels.shape[-1] == 1:
        pixels = np.repeat(pixels, 3, axis=-1)
    factor = -(-SMALLEST_SIDE // max(pixels.shape[1:3]))  # Rounded up.
    return pixels.repeat(factor, axis=1).repeat(factor, axis=2)
