from keras_generative.datasets.two_sides import TwoSides


class UnpairedBatches(TwoSides):
    """Batches of images of two domains, which are no pairs.

    Each domain is shuffled by itself, in an order that the seed and the epoch
    alone determine, as by `ShuffledBatches`. An epoch is as long as the larger
    domain; the smaller one comes again, in another order each time.

    Args:
        a: Array of shape (num_images, height, width, channels), an
            `ImageFolder` or `ShuffledBatches`, whose own `batch_size`, `seed`
            and labels are not used.
        b: Likewise, of any other number.
        batch_size: Positive integer. The last batch of an epoch may be
            smaller. Defaults to `32`.
        value_range: Pair of numbers, what 0 and 255 of uint8 arrays are
            scaled to. `None` leaves arrays as they are. Defaults to `None`.
        shuffle: Boolean. Defaults to `True`.
        seed: Integer, at least 0. Defaults to `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> horses = ImageFolder("horses", (128, 128), value_range=(-1, 1))
    >>> zebras = ImageFolder("zebras", (128, 128), value_range=(-1, 1))
    >>> cycle_gan.fit(UnpairedBatches(horses, zebras, batch_size=1))
    """

    def __init__(
        self,
        a,
        b,
        batch_size=32,
        value_range=None,
        shuffle=True,
        seed=0,
        **kwargs,
    ):
        super().__init__(a, b, batch_size, value_range, shuffle, seed, **kwargs)

    def seeds(self):
        # Domains of one size would else meet in the same pairs each epoch.
        return 2 * self.seed, 2 * self.seed + 1
