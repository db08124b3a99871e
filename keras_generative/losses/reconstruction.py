"""Reconstruction losses, summed over the numbers of each sample."""

import math

import keras
from keras import ops

from keras_generative.losses.likelihoods import DiscretizedLogisticNLL
from keras_generative.losses.likelihoods import GaussianNLL
from keras_generative.losses.likelihoods import NegativeLogLikelihood
from keras_generative.utils.precision import at_least_float32

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
        images: Array of samples.
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
        images: Tensor of samples, (batch, ...).
        reconstructions: What the decoder gives.

    Returns:
        Float tensor of shape (batch,).
    """
    return _of_each_sample(loss, images, reconstructions)


def summed_over_sample(loss, samples, reconstructions):
    """A loss, summed over the numbers of a sample, averaged over the batch.

    Keras averages a loss over pixels, which would leave the KL of a VAE
    hundreds of times too strong. The sum is a log likelihood, in nats for
    `"binary_crossentropy"` and every `NegativeLogLikelihood`.

    What a function of one's own gives is told from its shape. As long as it
    has as many axes as samples, or one less, as the losses of Keras, which
    average over the last axis, it is summed. If samples have two or more axes
    beside the batch and the function gives one number for each, of shape
    (batch,), it has summed over them itself, and the number stays as it is.

    Args:
        loss: What `keras.losses.get` returns: a `keras.losses.Loss`, whose
            own `reduction` is not used, or a function of
            `(y_true, y_pred)`, as above.
        samples: Tensor of shape (batch, ...).
        reconstructions: Tensor of that shape, or a pair `(mean, log_scale)`
            of them.

    Returns:
        Float scalar, of float32 or wider.

    Raises:
        ValueError: If the loss gives no value for each sample.
    """
    return ops.mean(_of_each_sample(loss, samples, reconstructions))


def _of_each_sample(loss, samples, reconstructions):
    """The loss of each sample, of shape (batch,)."""
    reconstructions = keras.tree.map_structure(
        at_least_float32, reconstructions
    )
    mean = keras.tree.flatten(reconstructions)[0]
    batch_shape = tuple(mean.shape)
    samples = ops.cast(samples, mean.dtype)
    loss_fn = loss.call if isinstance(loss, keras.losses.Loss) else loss
    values = ops.convert_to_tensor(loss_fn(samples, reconstructions))
    shape = tuple(values.shape)
    axes = tuple(range(1, len(shape)))
    sizes = {*shape[:1], batch_shape[0]} - {None}  # of the batch
    if shape and len(sizes) < 2:
        if shape[1:] == batch_shape[1:]:
            return ops.sum(values, axis=axes)
        if len(shape) == len(batch_shape) - 1:
            return ops.mean(values, axis=axes) * math.prod(batch_shape[1:])
        if len(shape) == 1:
            return values
    raise ValueError(
        "A reconstruction loss must give one number for each sample, of shape "
        "(batch,), or leave all axes but the last, as the losses of Keras do; "
        "the mean over the batch is taken afterwards. "
        f"Received: loss={loss!r}, which gives shape {shape} for samples of "
        f"shape {batch_shape}"
    )
