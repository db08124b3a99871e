"""The likelihood of images under a VAE, by importance sampling."""

import typing

import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.losses.reconstruction import check_likelihood
from keras_generative.losses.reconstruction import negative_log_likelihood
from keras_generative.training.labels import conditioned
from keras_generative.utils.progress import progress
from keras_generative.utils.validation import check_positive_integer

BATCH_SIZE = 256


class LogLikelihood(typing.NamedTuple):
    """What `VAE.log_likelihood` returns: an estimate for each image, in nats.

    Args:
        values: Float64 array of shape (num_images,), estimates of log p(x).
        standard_errors: Float64 array of that shape, how far the latents that
            were drawn move each estimate.
    """

    values: np.ndarray
    standard_errors: np.ndarray


class LogWeights(keras.Model):
    """log p(x|z) p(z) / q(z|x), of one latent for each image.

    A model for the sake of `Forward`, which compiles it.

    Args:
        decoder: `keras.Model` from latents to images.
        loss: A loss that is a likelihood.
    """

    def __init__(self, decoder, loss):
        super().__init__(dtype="float32")
        self.decoder = decoder
        self.loss_fn = loss

    def call(self, inputs, training=None):
        noise, images, z_mean, z_log_var, *labels = inputs
        z = z_mean + ops.exp(0.5 * z_log_var) * noise
        # log p(z) - log q(z|x), where the constants cancel.
        terms = ops.square(noise) + z_log_var - ops.square(z)
        reconstructions = conditioned(self.decoder, z, *(labels or [None]))
        axes = tuple(range(1, len(terms.shape)))
        return 0.5 * ops.sum(terms, axis=axes) - negative_log_likelihood(
            self.loss_fn, images, reconstructions
        )


class KeptLogWeights:
    """Keeps the `LogWeights` of the last call, which compiles them.

    No Keras object, so that a model may hold it without another layer.
    """

    def __init__(self):
        self.kept = None

    def get(self, decoder, loss):
        kept = self.kept
        if (
            kept is None
            or kept.decoder is not decoder
            or kept.loss_fn is not loss
        ):
            self.kept = LogWeights(decoder, loss)
        return self.kept


def check_estimate(model, images, num_samples):
    """Raises a `ValueError` unless `model` has a likelihood of `images`."""
    if check_positive_integer(num_samples, "num_samples") < 2:
        raise ValueError(
            "Argument `num_samples` must be at least 2, to tell how far the "
            f"estimates are off. Received: num_samples={num_samples}"
        )
    if not model.compiled:
        raise ValueError(
            "The likelihood is that of the loss: call `compile` first. "
            f"Received: {model!r}, which is not compiled"
        )
    check_likelihood(model.loss_fn, images)


def estimate_log_likelihood(
    log_weights, posteriors, num_samples, seed, verbose
):
    """log of the mean weight of `num_samples` latents, for each image.

    Args:
        log_weights: `LogWeights`.
        posteriors: Tuple `(images, z_mean, z_log_var)` of float32 arrays, and
            labels if the decoder takes them.
        num_samples: Integer, at least 2.
        seed: Integer.
        verbose: See `progress`.

    Returns:
        A `LogLikelihood`.
    """
    generator = np.random.default_rng(seed)
    num_images, *latent_shape = posteriors[1].shape
    num_pairs = num_images * num_samples
    # Of the weights of each image, and of their squares: no more is kept, so
    # that memory does not grow with the number of samples.
    forward = backend.Forward(log_weights)
    log_sums = np.full((2, num_images), -np.inf)
    for start in progress(range(0, num_pairs, BATCH_SIZE), verbose):
        pairs = np.arange(start, min(start + BATCH_SIZE, num_pairs))
        rows = pairs // num_samples
        noise = generator.standard_normal((len(rows), *latent_shape), "float32")
        # The last batch is padded: it would be compiled anew.
        padded = np.resize(np.arange(len(rows)), BATCH_SIZE)
        inputs = [x[rows[padded]] for x in posteriors]
        outputs = forward.predict_on_batch([noise[padded], *inputs])
        values = outputs[: len(rows)].astype("float64")
        np.logaddexp.at(log_sums[0], rows, values)
        np.logaddexp.at(log_sums[1], rows, 2 * values)
    log_sum, log_sum_of_squares = log_sums
    # The delta method: the standard error of a mean, over that mean.
    spread = num_samples * np.exp(log_sum_of_squares - 2 * log_sum)
    return LogLikelihood(
        log_sum - np.log(num_samples),
        np.sqrt(np.maximum(spread - 1, 0.0) / (num_samples - 1)),
    )
