import keras
from keras import ops

from keras_generative import backend


class ImagePool(keras.layers.Layer):
    """The last images that were made, of which some are shown again.

    It is filled first. From then on each new image is shown itself or, half
    of the time, takes the place of one of the pool, which is shown instead.
    Its weights are the images and how many there are, so that they are saved.

    Args:
        size: Positive integer, how many images.
        image_shape: Tuple, the shape of one image.
        **kwargs: See `keras.layers.Layer`.

    Reference:

    - [Shrivastava et al., 2017](https://arxiv.org/abs/1612.07828), section
      2.3.
    """

    def __init__(self, size, image_shape, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.size = size
        # Replicas store the same, all that was made on any of them.
        own = {"trainable": False, "aggregation": "only_first_replica"}
        self.images = self.add_weight(
            (size, *image_shape), "zeros", name="images", **own
        )
        self.count = self.add_weight(
            (), "zeros", dtype="int32", name="count", **own
        )
        self.built = True

    def exchange(self, images, noise):
        """Images to be shown, as many as were made.

        Args:
            images: Float tensor of shape (batch, ...), new images.
            noise: Tensor of shape (batch, 2), uniform in [0, 1).
        """
        images = ops.cast(images, self.images.dtype)
        pool = ops.convert_to_tensor(self.images)
        place = ops.cast(noise[:, 0] * self.size, "int32")
        place = ops.minimum(place, self.size - 1)  # where rounded up
        is_full = self.count >= self.size
        swaps = ops.logical_and(is_full, noise[:, 1] < 0.5)
        earlier = ops.take(pool, place, axis=0)
        swaps_of_pixels = ops.reshape(
            swaps, (-1, *[1] * (len(images.shape) - 1))
        )
        shown = ops.where(swaps_of_pixels, earlier, images)
        # Of a batch that fills the pool, what is left over is not stored.
        free = self.count + self._number(images)
        places = ops.where(is_full, ops.where(swaps, place, self.size), free)
        self._store(images, places)
        return shown

    @staticmethod
    def _number(images):
        """Which images of those of all replicas these are."""
        count = ops.shape(images)[0]
        return ops.arange(count, dtype="int32") + count * backend.replica_id()

    def _store(self, images, places):
        """Puts images in places below `size`, the last one for each."""
        images, places = map(backend.gather_replicas, (images, places))
        number = ops.shape(images)[0]
        order = ops.arange(1, number + 1, dtype="int32")
        is_there = places[:, None] == ops.arange(self.size, dtype="int32")
        last = ops.max(ops.where(is_there, order[:, None], 0), axis=0)
        new = ops.take(images, ops.maximum(last - 1, 0), axis=0)
        is_new = ops.reshape(last > 0, (-1, *[1] * (len(images.shape) - 1)))
        pool = ops.convert_to_tensor(self.images)
        self.images.assign(ops.where(is_new, new, pool))
        self.count.assign(ops.minimum(self.count + number, self.size))
