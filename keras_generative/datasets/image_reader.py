"""Image files as arrays of 8 bits, whatever they hold."""

import warnings

import numpy as np

from keras_generative.utils import LazyModule
from keras_generative.utils.progress import progress
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import is_integer

pil_image = LazyModule("PIL.Image", pip_name="pillow")
pil_image_ops = LazyModule("PIL.ImageOps", pip_name="pillow")

# Pillow would try others, too, and hand some of them to other programs.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
COLOR_MODES = {"rgb": "RGB", "grayscale": "L"}


class UnreadableImage(Exception):
    """Why a file is not taken for an image."""


class ImageReader:
    """Turns image files into uint8 arrays of shape (height, width, channels).

    Cameras' rotation (EXIF) is applied, and what is transparent is laid over
    white. Greys of 16 bits are scaled to 8. Of an animation it is the first
    frame.

    Args:
        image_size: Pair (height, width) of integers, or an integer for both.
            `None` leaves images as large as they are. Defaults to `None`.
        color_mode: `"rgb"`, `"grayscale"`, or `None`, by which grey images
            have one channel and others three. Defaults to `None`.
        crop_to_aspect_ratio: Boolean, whether the middle is cut out of images
            of other proportions, which are else distorted. Defaults to
            `False`.

    Raises:
        ValueError: If an argument is none of the above.
    """

    def __init__(
        self, image_size=None, color_mode=None, crop_to_aspect_ratio=False
    ):
        if image_size is None and crop_to_aspect_ratio:
            raise ValueError(
                "Argument `crop_to_aspect_ratio` needs an "
                "`image_size=(height, width)`. Received: image_size=None, "
                f"crop_to_aspect_ratio={crop_to_aspect_ratio!r}"
            )
        if color_mode is not None and color_mode not in list(COLOR_MODES):
            raise ValueError(
                f"Argument `color_mode` must be one of {list(COLOR_MODES)}. "
                f"Received: color_mode={color_mode!r}"
            )
        self.image_size = _check_image_size(image_size)
        self.color_mode = color_mode
        self.crop_to_aspect_ratio = check_boolean(
            crop_to_aspect_ratio, "crop_to_aspect_ratio"
        )

    def check(self, file):
        """Raises `UnreadableImage` for what its first bytes tell."""
        with _opened(file):
            pass

    def read(self, file):
        """The image as an array; raises `UnreadableImage`."""
        with _opened(file) as image:
            if self.image_size is not None:
                # JPEGs can be decoded at a fraction of their size, and fast.
                image.draft(None, (2 * max(self.image_size),) * 2)
            try:
                return self._pixels(image)
            except Exception as error:
                raise _unreadable(error) from error

    def _pixels(self, image):
        image = _without_alpha(_of_8_bits(image))
        mode = COLOR_MODES.get(self.color_mode, image.mode)
        image = self._resized(image.convert(mode))
        return np.atleast_3d(np.asarray(image))

    def _resized(self, image):
        if self.image_size is None:
            return image
        height, width = self.image_size
        if self.crop_to_aspect_ratio:
            return pil_image_ops.fit(image, (width, height))
        return image.resize((width, height))


def read_each(read, files, verbose=0):
    """`read(file)` for each file, as far as files can be read.

    Returns:
        A dictionary of what was read by file, and one of the reasons why
        others could not be read.
    """
    results, unreadable = {}, {}
    for file in progress(files, verbose, many=1000, unit_name="file"):
        try:
            results[file] = read(file)
        except UnreadableImage as error:
            unreadable[file] = str(error)
    return results, unreadable


def report(unreadable, num_files, skip_unreadable, stacklevel):
    """Warns of the files that could not be read, or raises a `ValueError`."""
    if not unreadable:
        return
    count = f"{len(unreadable)} of {num_files} images could not be read"
    if skip_unreadable and len(unreadable) < num_files:
        warnings.warn(f"{count} and are left out.", stacklevel=stacklevel)
        return
    reasons = "".join(f"\n{str(f)!r}: {why}" for f, why in unreadable.items())
    raise ValueError(
        f"{count}. Mend or remove them, or leave such images out with "
        f"`skip_unreadable=True`. Received: skip_unreadable={skip_unreadable}"
        f"{reasons}"
    )


def _check_image_size(image_size):
    if image_size is None:
        return None
    size = (image_size,) * 2 if is_integer(image_size) else image_size
    if (
        not isinstance(size, (tuple, list))
        or len(size) != 2
        or not all(is_integer(length) and length > 0 for length in size)
    ):
        raise ValueError(
            "Argument `image_size` must be a pair (height, width) of positive "
            f"integers. Received: image_size={image_size!r}"
        )
    return tuple(int(length) for length in size)


def _opened(file):
    """The image, of which no more than its first bytes are read yet."""
    # Pillow raises errors of many kinds for broken files.
    try:
        image = pil_image.open(file, formats=FORMATS)
    except Exception as error:
        raise _unreadable(error) from error
    limit = pil_image.MAX_IMAGE_PIXELS
    if limit is not None and image.width * image.height > limit:
        image.close()
        raise UnreadableImage(
            f"{image.width}x{image.height} pixels are more than the "
            f"{limit} of `PIL.Image.MAX_IMAGE_PIXELS`"
        )
    return image


def _unreadable(error):
    return UnreadableImage(f"{type(error).__name__}: {error}")


def _of_8_bits(image):
    """The image the right way up, of no more than 8 bits a channel."""
    # Some releases of Pillow open a PNG of 16 bits as one of 32.
    has_16_bits = image.mode.startswith("I;16") or (
        image.mode == "I" and image.format == "PNG"
    )
    image = pil_image_ops.exif_transpose(image)
    if has_16_bits:
        values = np.asarray(image).astype("float64")
        values[values == image.info.get("transparency")] = 65535
        return pil_image.fromarray((values / 257).round().astype("uint8"))
    # Pillow would not scale these to 8 bits but clip them, to white.
    if image.mode.startswith(("I", "F")):
        raise ValueError(f"mode={image.mode!r} has no known range")
    return image


def _without_alpha(image):
    """The image in grey or RGB, over white where it is transparent."""
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = pil_image.new("RGBA", image.size, "white")
        image = pil_image.alpha_composite(white, image)
    return image.convert(mode)
