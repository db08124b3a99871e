import numpy as np

from keras_generative.utils import LazyModule
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_choice
from keras_generative.utils.validation import check_positive_integer

pil_image = LazyModule("PIL.Image", pip_name="pillow")

MODES = ("clean", "legacy_pytorch", "legacy_tensorflow")


def check_resize(mode):
    """Returns `mode`, or raises unless `resize` knows it."""
    return check_choice(mode, MODES, "resize")


def resize(images, size, mode="clean"):
    """Images of another size, as an evaluation that can be compared needs.

    The Frechet distance of the same images depends on how they were resized.
    `"clean"` is Pillow's bicubic filter, which widens as it shrinks images,
    applied to float channels, so that nothing is rounded. The others take the
    four pixels around a point and no more, whatever lies between the points:
    `"legacy_tensorflow"` as the first implementation of the distance did,
    `"legacy_pytorch"` as most of its users did since, with the points half a
    pixel elsewhere. Images that have the size already are left as they are.

    Args:
        images: Float array of shape (num_images, height, width, channels).
        size: Tuple (height, width) of positive integers.
        mode: `"clean"`, `"legacy_pytorch"` or `"legacy_tensorflow"`. Defaults
            to `"clean"`.

    Returns:
        Float32 array of shape (num_images, *size, channels). Bicubic values
        may lie outside of the range of the images.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> images = resize(x_test, (299, 299))

    Reference:

    - [Parmar et al., 2021](https://arxiv.org/abs/2104.11222).
    """
    images = as_array(images, "images", "float32")
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(
            "Argument `images` must be non-empty, of shape (num_images, "
            "height, width, channels). "
            f"Received: images of shape={images.shape}"
        )
    check_resize(mode)
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise ValueError(
            "Argument `size` must be a pair (height, width) of positive "
            f"integers. Received: size={size!r}"
        )
    height, width = (check_positive_integer(side, "size") for side in size)
    if images.shape[1:3] == (height, width):
        return images
    if mode == "clean":
        return np.stack([_bicubic(image, (width, height)) for image in images])
    rows = _bilinear(images.shape[1], height, mode)
    columns = _bilinear(images.shape[2], width, mode)
    # (H, h) and (W, w) from both sides of each channel.
    images = np.tensordot(images, rows, (1, 1))  # (n, w, c, H)
    images = np.tensordot(images, columns, (1, 1))  # (n, c, H, W)
    return np.ascontiguousarray(np.moveaxis(images, 1, -1))


def _bicubic(image, size):
    channels = [
        pil_image.fromarray(np.ascontiguousarray(channel)).resize(
            size, pil_image.Resampling.BICUBIC
        )
        for channel in np.moveaxis(image, -1, 0)
    ]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)


def _bilinear(old, new, mode):
    """The matrix (new, old) that interpolates between `old` pixels."""
    points = np.arange(new)
    if mode == "legacy_tensorflow":
        points = points * (old / new)
    else:
        points = np.maximum((points + 0.5) * (old / new) - 0.5, 0.0)
    lower = np.minimum(points.astype(int), old - 1)
    upper = np.minimum(lower + 1, old - 1)
    share = points - lower
    matrix = np.zeros((new, old))
    matrix[np.arange(new), lower] = 1.0 - share
    # Added, as both neighbours are one pixel at the border.
    matrix[np.arange(new), upper] += share
    return matrix.astype("float32")
