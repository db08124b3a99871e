from keras_generative.datasets.two_sides import TwoSides


class PairedBatches(TwoSides):
    """Batches of pairs of images, such as sketches and photographs.

    Both sides come in one order, which the seed and the epoch alone
    determine, as by `ShuffledBatches`.

    Args:
        sources: Array of shape (num_images, height, width, channels), an
            `ImageFolder` or `ShuffledBatches`, whose own `batch_size`, `seed`
            and labels are not used.
        targets: Likewise, as many. The files of two folders have the same
            names, up to the extension, in the same sub-folders.
        batch_size: Positive integer. The last batch of an epoch may be
            smaller. Defaults to `32`.
        value_range: Pair of numbers, what 0 and 255 of uint8 arrays are
            scaled to. `None` leaves arrays as they are. Defaults to `None`.
        shuffle: Boolean. Defaults to `True`.
        seed: Integer, at least 0. Defaults to `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Raises:
        ValueError: If an argument is none of the above, or the sides are no
            pairs.

    Example:

    >>> sketches = ImageFolder("sketches", (64, 64), color_mode="grayscale")
    >>> photos = ImageFolder("photos", (64, 64))
    >>> image_translation.fit(PairedBatches(sketches, photos))
    """

    def __init__(
        self,
        sources,
        targets,
        batch_size=32,
        value_range=None,
        shuffle=True,
        seed=0,
        **kwargs,
    ):
        super().__init__(
            sources, targets, batch_size, value_range, shuffle, seed, **kwargs
        )
        _check_pairs(*self.sides)

    def seeds(self):
        return self.seed, self.seed


def _check_pairs(sources, targets):
    if sources.num_images != targets.num_images:
        raise ValueError(
            "There must be one target for each source. "
            f"Received: {sources.num_images} sources and "
            f"{targets.num_images} targets"
        )
    if sources.leaves_out or targets.leaves_out:
        raise ValueError(
            "Folders of pairs must have `skip_unreadable=False`: behind an "
            "image that is left out, the others would not meet. Received: a "
            "folder with skip_unreadable=True"
        )
    if None in (sources.names, targets.names):
        return
    for source, target in zip(sources.names, targets.names):
        if source != target:
            raise ValueError(
                "The files of two folders of pairs must have the same names, "
                "up to the extension. "
                f"Received: source {source!r} beside target {target!r}"
            )
