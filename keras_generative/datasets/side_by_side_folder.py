import numpy as np

from keras_generative.datasets.image_folder import ImageFolder
from keras_generative.datasets.image_reader import ImageReader
from keras_generative.utils.batches import split_batch

_SIDES = ("left", "right")


class SideBySideFolder(ImageFolder):
    """Batches of pairs of images that are the two halves of one file.

    As the data sets of pix2pix come. See `ImageFolder` for how folders are
    read; classes are left out.

    Args:
        path: Path of the folder.
        image_size: Pair (height, width) of integers, what each half is
            resized to.
        source_side: `"left"` or `"right"`, which half is the source. Defaults
            to `"left"`.
        **kwargs: Arguments of `ImageFolder`.

    Raises:
        ValueError: If an argument is none of the above, or the folder holds
            no images or unreadable ones.

    Example:

    >>> facades = SideBySideFolder(
    ...     "facades", (256, 256), source_side="right", value_range=(-1, 1)
    ... )
    >>> image_translation.fit(facades, epochs=200)
    """

    def __init__(self, path, image_size, source_side="left", **kwargs):
        if source_side not in _SIDES:
            raise ValueError(
                f"Argument `source_side` must be one of {list(_SIDES)}. "
                f"Received: source_side={source_side!r}"
            )
        self.source_side = source_side
        height, width = ImageReader(image_size).image_size
        super().__init__(path, (height, 2 * width), **kwargs)
        self.labels = self.class_names = None

    def __getitem__(self, index):
        images, _, _ = split_batch(super().__getitem__(index))
        halves = np.split(images, 2, axis=2)
        return tuple(halves if self.source_side == "left" else halves[::-1])
