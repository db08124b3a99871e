"""Reconstruction losses, summed over pixels."""

import math

import keras
from keras import ops

from keras_generative.losses.likelihoods import DiscretizedLogisticNLL
from keras_generative.losses.likelihoods import GaussianNLL
from keras_generative.losses.likelihoods import NegativeLogLikelihood

LIKELIHOODS = {
    "discretized_logistic_nll": DiscretizedLogisticNLL,
    "gaussian_nll": GaussianNLL,
}


def get_reconstruction_loss(identifier, num_outputs):
    """The loss that an id, a config or an object names, if the decoder fits.

    Args:
        identifier: Keras loss, likelihood or the id of one.
        num_outputs: Integer, how many outputs the decoder has.

    Raises:
        ValueError: If the loss is unknown, or asks for another decoder.
    """
    if isinstance(identifier, str) and identifier in LIKELIHOODS:
        loss = LIKELIHOODS[identifier]()
    else:
        loss = keras.losses.get(identifier)
    if loss is None:
        raise ValueError(
            "Argument `loss` must be a Keras loss. Received: loss=None"
        )
    wanted = 1
    if isinstance(loss, NegativeLogLikelihood) and loss.scale is None:
        wanted = 2
    if num_outputs != wanted:
        raise ValueError(
            "A decoder must give `(mean, log_scale)` under a likelihood with "
            "`scale=None`, and one output under every other loss. "
            f"Received: loss={identifier!r} for a decoder with {num_outputs} "
            f"output{'s' if num_outputs > 1 else ''}"
        )
    return loss


def check_likelihood(loss, images):
    """Raises a `ValueError` unless the sum of `loss` is -log p(x|z).

    Args:
        loss: What `get_reconstruction_loss` returned.
        images: Array of images.
    """
    if isinstance(loss, NegativeLogLikelihood):
        return
    if loss is not keras.losses.binary_crossentropy and (
        type(loss) is not keras.losses.BinaryCrossentropy
        or loss.get_config()["label_smoothing"]
    ):
        raise ValueError(
            "The reconstruction loss must be a log likelihood: "
            "'binary_crossentropy' without label smoothing, or a "
            "`losses.NegativeLogLikelihood`, as `GaussianNLL(scale=1.0)` in "
            f"place of the squared error. Received: loss={loss!r}"
        )
    if ((images != 0) & (images != 1)).any():
        raise ValueError(
            "Binary cross-entropy is a log likelihood of images of 0 and 1 "
            "alone, e.g. `(x > 0.5).astype('float32')`. "
            f"Received: images from {images.min()} to {images.max()}"
        )


def negative_log_likelihood(loss, images, reconstructions):
    """-log p(x|z) of each image, in nats.

    Args:
        loss: What `check_likelihood` has let through.
        images: Tensor of shape (batch, height, width, channels).
        reconstructions: What the decoder gives.

    Returns:
        Float32 tensor of shape (batch,).
    """
    values = _values(loss, images, reconstructions)
    axes = tuple(range(1, len(values.shape)))
    return ops.mean(values, axis=axes) * _num_pixels(reconstructions)


def summed_over_pixels(loss, images, reconstructions):
    """A Keras loss, summed over pixels and channels, averaged over the batch.

    Keras averages a loss over pixels, which would leave the KL of a VAE
    hundreds of times too strong. The sum is a log likelihood, in nats for
    `"binary_crossentropy"` and every `NegativeLogLikelihood`.

    Args:
        loss: What `keras.losses.get` returns: a `keras.losses.Loss`, whose
            own `reduction` is not used, or a function of
            `(y_true, y_pred)` that averages over the last axis.
        images: Tensor of shape (batch, height, width, channels).
        reconstructions: Tensor of that shape, or a pair `(mean, log_scale)`
            of them.

    Returns:
        Float32 scalar.
    """
    values = _values(loss, images, reconstructions)
    # Whichever axes the loss has averaged over, the mean of its means is the
    # mean over all.
    return ops.mean(values) * _num_pixels(reconstructions)


def _values(loss, images, reconstructions):
    loss_fn = loss.call if isinstance(loss, keras.losses.Loss) else loss
    return loss_fn(
        ops.cast(images, "float32"),
        keras.tree.map_structure(
            lambda y: ops.cast(y, "float32"), reconstructions
        ),
    )


def _num_pixels(reconstructions):
    return math.prod(keras.tree.flatten(reconstructions)[0].shape[1:])
