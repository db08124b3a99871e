"""Reconstruction losses, summed over pixels."""

import math

import keras
from keras import ops


def summed_over_pixels(loss, images, reconstructions):
    """A Keras loss, summed over pixels and channels, averaged over the batch.

    Keras averages a loss over pixels, which would leave the KL of a VAE
    hundreds of times too strong. The sum is a log likelihood, in nats for
    `"binary_crossentropy"`.

    Args:
        loss: What `keras.losses.get` returns: a `keras.losses.Loss`, whose
            own `reduction` is not used, or a function of
            `(y_true, y_pred)` that averages over the last axis.
        images: Tensor of shape (batch, height, width, channels).
        reconstructions: Tensor of that shape.

    Returns:
        Float32 scalar.
    """
    loss_fn = loss.call if isinstance(loss, keras.losses.Loss) else loss
    values = loss_fn(
        ops.cast(images, "float32"), ops.cast(reconstructions, "float32")
    )
    # Whichever axes `loss_fn` has averaged over, the mean of its means is the
    # mean over all.
    return ops.mean(values) * math.prod(reconstructions.shape[1:])
