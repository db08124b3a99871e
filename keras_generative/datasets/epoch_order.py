import keras
import numpy as np

from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


class EpochOrder(keras.utils.PyDataset):
    """Batches in an order that the seed and the epoch alone determine.

    Sub-classes `arrange` their images when they know how many there are, and
    say in `__getitem__` what is at the `positions` of a batch. Where they have
    labels, `labels` are those of all images.
    """

    labels = None

    @property
    def all_labels(self):
        """Array of a label for each image, which `fit` looks at, or `None`."""
        return self.labels

    def __init__(self, batch_size, seed, shuffle=True, **kwargs):
        super().__init__(**kwargs)
        self.batch_size = check_positive_integer(batch_size, "batch_size")
        self.seed = check_seed(seed)
        self.shuffle = check_boolean(shuffle, "shuffle")

    def arrange(self, num_images, epoch_size=None):
        """Begins with the order of the first epoch.

        Args:
            num_images: Positive integer.
            epoch_size: Integer, how many of them make an epoch: where there
                are fewer, all come again, in another order. Defaults to
                `None`, each once.
        """
        self.num_images = num_images
        rounds = -(-(epoch_size or num_images) // num_images)
        self.order = np.tile(np.arange(num_images), rounds)[:epoch_size]
        self.set_epoch(0)

    def set_epoch(self, epoch):
        """Puts the images in the order of an epoch.

        Args:
            epoch: Integer, counted from 0.
        """
        if self.shuffle:
            generator = np.random.default_rng((self.seed, epoch))
            size, parts = len(self.order), []
            for _ in range(0, size, self.num_images):
                parts.append(generator.permutation(self.num_images))
            self.order = np.concatenate(parts)[:size]

    def positions(self, index):
        """Where the images of a batch are among all."""
        start = index * self.batch_size
        return self.order[start : start + self.batch_size]

    def __len__(self):
        return -(-len(self.order) // self.batch_size)
