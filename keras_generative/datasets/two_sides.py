import keras

from keras_generative.datasets.side import Side
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


class TwoSides(keras.utils.PyDataset):
    """Batches of pairs of images, in an order of the seed and the epoch.

    A subclass says in `seeds` whether both sides have the same order.
    """

    def __init__(
        self, sources, targets, batch_size, value_range, shuffle, seed, **kwargs
    ):
        super().__init__(**kwargs)
        self.batch_size = check_positive_integer(batch_size, "batch_size")
        self.seed = check_seed(seed)
        self.shuffle = check_boolean(shuffle, "shuffle")
        self.sides = tuple(
            Side(data, self.batch_size, own_seed, value_range)
            for data, own_seed in zip((sources, targets), self.seeds())
        )
        self.num_images = max(side.num_images for side in self.sides)
        for side in self.sides:
            side.arrange(self.num_images, self.shuffle)

    def seeds(self):
        """The seeds of both sides."""
        raise NotImplementedError

    def set_epoch(self, epoch):
        """Puts the images in the order of an epoch.

        Args:
            epoch: Integer, counted from 0.
        """
        for side in self.sides:
            side.set_epoch(epoch)

    def __getitem__(self, index):
        sources, targets = (side.images(index) for side in self.sides)
        # What could not be read of one side is missing on the other, too.
        size = min(len(sources), len(targets))
        return sources[:size], targets[:size]

    def __len__(self):
        return -(-self.num_images // self.batch_size)
