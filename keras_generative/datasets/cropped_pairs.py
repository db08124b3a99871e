import keras
import numpy as np

from keras_generative.datasets.image_reader import ImageReader
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_seed


class CroppedPairs(keras.utils.PyDataset):
    """Batches of pairs, cut out at random places and mirrored at random.

    Both images of a pair alike. What is cut out, and what mirrored, the seed,
    the epoch and the place in it alone determine.

    Args:
        pairs: `PairedBatches`, a `SideBySideFolder` or another
            `keras.utils.PyDataset` of pairs of images of one size.
        image_size: Pair (height, width) of integers, what is cut out.
        flip: Boolean, whether half of the pairs are mirrored, left to right.
            Defaults to `True`.
        seed: Integer, at least 0. Defaults to `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> facades = SideBySideFolder("facades", (286, 286), batch_size=1)
    >>> image_translation.fit(CroppedPairs(facades, (256, 256)), epochs=200)

    Reference:

    - [Isola et al., 2017](https://arxiv.org/abs/1611.07004), appendix 6.2.
    """

    def __init__(self, pairs, image_size, flip=True, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.pairs = pairs
        self.image_size = ImageReader(image_size).image_size
        self.flip = check_boolean(flip, "flip")
        self.seed = check_seed(seed)
        self._epoch = 0
        _check_pairs(pairs, self.image_size)

    def set_epoch(self, epoch):
        """Says what is cut out, and passes on what epoch it is.

        Args:
            epoch: Integer, counted from 0.
        """
        self._epoch = epoch
        if hasattr(self.pairs, "set_epoch"):
            self.pairs.set_epoch(epoch)

    def __getitem__(self, index):
        sources, targets = self.pairs[index]
        generator = np.random.default_rng((self.seed, self._epoch, index))
        count = len(sources)
        tops, lefts = (
            generator.integers(side - cut, size=count, endpoint=True)
            for side, cut in zip(sources.shape[1:3], self.image_size)
        )
        mirrored = self.flip & (generator.random(count) < 0.5)
        return tuple(
            np.stack(list(map(self._cut, images, tops, lefts, mirrored)))
            for images in (sources, targets)
        )

    def _cut(self, image, top, left, mirrored):
        height, width = self.image_size
        part = image[top : top + height, left : left + width]
        return part[:, ::-1] if mirrored else part

    def __len__(self):
        return len(self.pairs)


def _check_pairs(pairs, image_size):
    if not isinstance(pairs, keras.utils.PyDataset):
        raise ValueError(
            "Argument `pairs` must be a `keras.utils.PyDataset`, such as "
            f"`PairedBatches`. Received: pairs={pairs!r}"
        )
    batch = pairs[0]
    shapes = [np.shape(images)[1:] for images in batch]
    if (
        not isinstance(batch, tuple)
        or len(shapes) != 2
        or [len(shape) for shape in shapes] != [3, 3]
        or shapes[0][:2] != shapes[1][:2]
        or any(side < cut for side, cut in zip(shapes[0], image_size))
    ):
        raise ValueError(
            "Argument `pairs` must have batches `(sources, targets)` of "
            f"images of one size, at least {image_size}. "
            f"Received: a {type(batch).__name__} of images of shapes {shapes}"
        )
