import numpy as np

from keras_generative.datasets.epoch_order import EpochOrder
from keras_generative.datasets.image_files import find_images
from keras_generative.datasets.image_reader import COLOR_MODES
from keras_generative.datasets.image_reader import ImageReader
from keras_generative.datasets.image_reader import read_each
from keras_generative.datasets.image_reader import report
from keras_generative.datasets.scale import scale
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_value_range


class ImageFolder(EpochOrder):
    """Batches of the images of a folder, read while the model trains.

    For folders larger than memory, on every backend. Sub-folders are classes,
    in alphabetical order; without any there are no labels, and batches are
    images alone. Sub-folders `train`, `test` and `validation` (or `val`,
    `valid`) are splits, not classes, and may hold classes of their own.
    Hidden files and folders are left out.

    Cameras' rotation (EXIF) is applied, what is transparent is laid over
    white, and images are resized without aliasing. As with `ShuffledBatches`,
    the seed and the epoch alone determine the order.

    Args:
        path: Path of the folder.
        image_size: Pair (height, width) of integers, what images are resized
            to.
        batch_size: Positive integer. The last batch of an epoch may be
            smaller. Defaults to `32`.
        value_range: Pair of numbers, what 0 and 255 are scaled to: `(0, 1)`
            for a sigmoid, `(-1, 1)` for tanh. Defaults to `(0, 1)`.
        color_mode: `"rgb"` or `"grayscale"`. Defaults to `"rgb"`.
        crop_to_aspect_ratio: Boolean, whether the middle is cut out of images
            of other proportions, which are else distorted. Defaults to
            `False`.
        split: `"train"`, `"test"` or `"validation"`, which images of a
            folder with such sub-folders. All images of another folder are
            `"train"`. Defaults to `"train"`.
        shuffle: Boolean, `False` for the order of the paths. Defaults to
            `True`.
        seed: Integer, at least 0. Defaults to `0`.
        skip_unreadable: Boolean, whether images that cannot be read are left
            out, with a warning, or all raised in one error. What shows only
            when all of a file is read is found in training. Defaults to
            `False`.
        verbose: `"auto"`, `0`, `1` or `2`, for a first look at each file.
            `"auto"` shows a progress bar if there are many. Defaults to
            `"auto"`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Attributes:
        class_names: List of strings, or `None` if there are no classes.
        file_paths: List of strings, in the order of `labels`.
        names: List of strings, the paths in the folder without extensions.
        labels: Int64 array of shape (num_images,), or `None`.

    Raises:
        ValueError: If an argument is none of the above, or the folder holds
            no images or unreadable ones.

    Example:

    >>> photos = ImageFolder("photos", (64, 64), value_range=(-1, 1), workers=4)
    >>> model.fit(photos, epochs=100)
    """

    def __init__(
        self,
        path,
        image_size,
        batch_size=32,
        value_range=(0, 1),
        color_mode="rgb",
        crop_to_aspect_ratio=False,
        split="train",
        shuffle=True,
        seed=0,
        skip_unreadable=False,
        verbose="auto",
        **kwargs,
    ):
        super().__init__(batch_size, seed, shuffle, **kwargs)
        self.value_range = check_value_range(value_range)
        self.skip_unreadable = check_boolean(skip_unreadable, "skip_unreadable")
        self._has_warned = False
        self._reader = _batch_reader(
            image_size, color_mode, crop_to_aspect_ratio
        )
        files, labels, self.class_names = _split_of(path, split)
        _, unreadable = read_each(self._reader.check, files, verbose)
        report(unreadable, len(files), skip_unreadable, stacklevel=3)
        kept = [i for i, file in enumerate(files) if file not in unreadable]
        self.file_paths = [str(files[i]) for i in kept]
        self.names = [_name(files[i], path) for i in kept]
        self.labels = None if labels is None else labels[kept]
        self.arrange(len(kept))

    def __getitem__(self, index):
        positions = self.positions(index)
        files = [self.file_paths[i] for i in positions]
        images, unreadable = read_each(self._reader.read, files)
        # Once is enough, unless nothing is left of a batch.
        if unreadable and not (images and self._has_warned):
            report(unreadable, len(files), self.skip_unreadable, stacklevel=3)
            self._has_warned = True
        batch = scale(np.stack([*images.values()]), self.value_range)
        if self.labels is None:
            return batch
        kept = [file in images for file in files]
        return batch, self.labels[positions[kept]]


def _batch_reader(image_size, color_mode, crop_to_aspect_ratio):
    """A reader whose images are all of one shape."""
    if image_size is None:
        raise ValueError(
            "Argument `image_size` must be a pair (height, width) of positive "
            "integers, as not all images of a folder are looked at before "
            "the first batch. Received: image_size=None"
        )
    if color_mode is None:
        raise ValueError(
            f"Argument `color_mode` must be one of {list(COLOR_MODES)}. "
            "Received: color_mode=None"
        )
    return ImageReader(image_size, color_mode, crop_to_aspect_ratio)


def _name(file, path):
    """The path of a file in the folder, without its extension."""
    return file.relative_to(path).with_suffix("").as_posix()


def _split_of(path, split):
    splits = find_images(path)
    if split not in list(splits):
        raise ValueError(
            f"Argument `split` must be one of {sorted(splits)} for the folder "
            f"{str(path)!r}. Received: split={split!r}"
        )
    return splits[split]
