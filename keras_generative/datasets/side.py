import copy

from keras_generative.datasets.epoch_order import EpochOrder
from keras_generative.datasets.shuffled_batches import ShuffledBatches
from keras_generative.utils.batches import split_batch


class Side:
    """One of two sides of images that are read together.

    Args:
        data: An array of images, an `ImageFolder` or `ShuffledBatches`, which
            stays as it is.
        batch_size: Positive integer.
        seed: Integer, at least 0.
        value_range: Pair of numbers, what 0 and 255 of arrays are scaled to,
            or `None`.
    """

    def __init__(self, data, batch_size, seed, value_range):
        if isinstance(data, EpochOrder):
            self._batches = copy.copy(data)
            self._batches.batch_size = batch_size
            self._batches.seed = seed
        else:
            self._batches = ShuffledBatches(
                data,
                batch_size=batch_size,
                seed=seed,
                value_range=value_range,
            )
        self.num_images = self._batches.num_images

    def arrange(self, epoch_size, shuffle):
        self._batches.shuffle = shuffle
        self._batches.arrange(self.num_images, epoch_size)

    def set_epoch(self, epoch):
        self._batches.set_epoch(epoch)

    def images(self, index):
        """The images of a batch, without labels."""
        images, _, _ = split_batch(self._batches[index])
        return images

    @property
    def names(self):
        """Paths in a folder, without extensions, or `None` for an array."""
        return getattr(self._batches, "names", None)

    @property
    def leaves_out(self):
        """Whether a batch may lack images that could not be read."""
        return getattr(self._batches, "skip_unreadable", False)
