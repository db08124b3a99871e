import pathlib

import numpy as np

from keras_generative.datasets.split import hold_out
from keras_generative.utils import LazyModule
from keras_generative.utils.progress import progress

pil_image = LazyModule("PIL.Image", pip_name="pillow")

EXTENSIONS = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")


def load_image_folder(path, verbose="auto"):
    """uint8 images of a folder, and the indices of their sub-folders.

    Images are RGB if any of them has colour.

    Raises:
        ValueError: If there are fewer than two images, one is unreadable, of
            another size or of more than 8 bits a channel, or only some are in
            sub-folders.
    """
    root = pathlib.Path(path)
    files = sorted(
        file
        for pattern in ("*", "*/*")
        for file in root.glob(pattern)
        if file.suffix.lower() in EXTENSIONS
    )
    if len(files) < 2:
        raise ValueError(
            f"A folder of images must hold two or more of {EXTENSIONS}, in "
            f"it or in its sub-folders. Received: {str(path)!r} with "
            f"{len(files)}"
        )
    images = [
        _read(file)
        for file in progress(files, verbose, many=1000, unit_name="file")
    ]
    for file, image in zip(files, images):
        if image.size != images[0].size:
            raise ValueError(
                "The images of a folder must be of one size, here "
                f"{images[0].size} as {files[0].name!r}. "
                f"Received: {str(file)!r} of size {image.size}"
            )
    is_grey = all(image.mode in ("1", "L", "LA") for image in images)
    mode = "L" if is_grey else "RGB"
    pixels = np.stack([np.asarray(image.convert(mode)) for image in images])
    return hold_out(pixels, _labels(root, files))


def _read(file):
    try:
        with pil_image.open(file) as image:
            image.load()
    # Pillow raises all three for broken files.
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(
            f"An image of the folder could not be read. Received: {str(file)!r}"
            f", {error}"
        ) from error
    # Pillow would not scale these to 8 bits but clip them, to white.
    if image.mode.startswith(("I", "F")):
        raise ValueError(
            "The images of a folder must have 8 bits a channel. "
            f"Received: {str(file)!r} of mode={image.mode!r}"
        )
    return image


def _labels(root, files):
    parents = [file.parent for file in files]
    classes = sorted(set(parents))
    if classes == [root]:
        return None
    if root in classes:
        raise ValueError(
            "Either all images of a folder or none must be in sub-folders, "
            f"which are their classes. Received: {str(root)!r} with both"
        )
    return np.array([classes.index(parent) for parent in parents])
