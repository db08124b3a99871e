import numpy as np

from keras_generative.datasets.epoch_order import EpochOrder
from keras_generative.datasets.scale import scale
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_value_range


class ShuffledBatches(EpochOrder):
    """Batches of an array, in an order that the seed and the epoch determine.

    Other ways to shuffle depend on how many random numbers were drawn before,
    so that a run that was interrupted would see other batches than one that
    was not. The models of this package tell it the epoch, see `set_epoch`,
    and leave the order of its batches alone.

    No more than a batch is read at a time, so that the array may be larger
    than memory: a `numpy.memmap`, a data set of an HDF5 file.

    Args:
        images: Array of shape (num_images, ...), or what is indexed like one
            by increasing integers, or by slices.
        labels: Array of shape (num_images, ...), likewise. Batches are then
            pairs. Defaults to `None`.
        batch_size: Positive integer. The last batch of an epoch may be
            smaller. Defaults to `32`.
        seed: Integer, at least 0. Defaults to `0`.
        value_range: Pair of numbers, what 0 and 255 of uint8 images are
            scaled to. `None` leaves images as they are. Defaults to `None`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> batches = ShuffledBatches(images, batch_size=32, seed=1)
    >>> backup = kg.callbacks.BackupAndRestore("backup")
    >>> model.fit(batches, epochs=50, callbacks=[backup])

    >>> images = np.load("images.npy", mmap_mode="r")  # uint8
    >>> batches = ShuffledBatches(images, labels, value_range=(-1, 1))
    """

    def __init__(
        self,
        images,
        labels=None,
        batch_size=32,
        seed=0,
        value_range=None,
        **kwargs,
    ):
        super().__init__(batch_size, seed, **kwargs)
        self.images = _check_array(images, "images")
        self.labels = labels
        if labels is not None:
            self.labels = _check_array(labels, "labels")
            if len(labels) != len(images):
                raise ValueError(
                    "Argument `labels` must hold one label for each image. "
                    f"Received: {len(images)} images and {len(labels)} labels"
                )
        self.value_range = value_range
        if value_range is not None:
            self.value_range = check_value_range(value_range)
            _check_uint8(self.images)
        self.arrange(len(self.images))

    def __getitem__(self, index):
        positions = self.positions(index)
        images = _take(self.images, positions)
        if self.value_range is not None:
            images = scale(images, self.value_range)
        if self.labels is None:
            return images
        return images, _take(self.labels, positions)


def _take(array, positions):
    """Copies of some rows of what may be in a file."""
    # Files want increasing positions, and are read faster that way.
    increasing = np.sort(positions)
    try:
        rows = np.asarray(array[increasing])
    except (AttributeError, TypeError):
        # Not all that is like an array takes positions.
        rows = [array[i : i + 1] for i in increasing.tolist()]
        rows = np.concatenate(rows)
    return rows[np.searchsorted(increasing, positions)]


def _check_array(array, name):
    if isinstance(array, list):
        array = as_array(array, name)
    if not getattr(array, "shape", None) or not len(array):
        raise ValueError(
            f"Argument `{name}` must be an array with at least one row. "
            f"Received: {name} of type {type(array).__name__} and shape "
            f"{getattr(array, 'shape', None)}"
        )
    return array


def _check_uint8(images):
    if images.dtype != "uint8":
        raise ValueError(
            "Argument `value_range` is for images of dtype uint8. "
            f"Received: images of dtype={images.dtype}"
        )
