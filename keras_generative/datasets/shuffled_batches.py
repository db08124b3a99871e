import keras
import numpy as np

from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import is_integer


class ShuffledBatches(keras.utils.PyDataset):
    """Batches of an array, in an order that the seed and the epoch determine.

    Other ways to shuffle depend on how many random numbers were drawn before,
    so that a run that was interrupted would see other batches than one that
    was not. The models of this package tell it the epoch, see `set_epoch`,
    and leave the order of its batches alone.

    Args:
        images: Array of shape (num_images, ...).
        batch_size: Positive integer. The last batch of an epoch may be
            smaller. Defaults to `32`.
        seed: Integer, at least 0. Defaults to `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> batches = ShuffledBatches(images, batch_size=32, seed=1)
    >>> backup = kg.callbacks.BackupAndRestore("backup")
    >>> model.fit(batches, epochs=50, callbacks=[backup])
    """

    def __init__(self, images, batch_size=32, seed=0, **kwargs):
        super().__init__(**kwargs)
        if not is_integer(seed) or seed < 0:
            raise ValueError(
                "Argument `seed` must be an integer of at least 0. "
                f"Received: seed={seed!r}"
            )
        self.images = images
        self.batch_size = check_positive_integer(batch_size, "batch_size")
        self.seed = seed
        self.set_epoch(0)

    def set_epoch(self, epoch):
        """Puts the images in the order of an epoch.

        Args:
            epoch: Integer, counted from 0.
        """
        generator = np.random.default_rng((self.seed, epoch))
        self.order = generator.permutation(len(self.images))

    def __len__(self):
        return -(-len(self.images) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        return self.images[self.order[start : start + self.batch_size]]
