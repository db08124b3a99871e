import keras
import numpy as np
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.losses.reconstruction import get_reconstruction_loss
from keras_generative.losses.reconstruction import summed_over_sample
from keras_generative.losses.reconstruction_checks import (
    check_loss_fits_decoder,
)
from keras_generative.losses.reconstruction_checks import check_values
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.training.codes import Codes
from keras_generative.training.further_metrics import FurtherMetrics
from keras_generative.training.labels import check_one_each
from keras_generative.training.labels import conditioned
from keras_generative.training.labels import label_spec
from keras_generative.utils import batches
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import known_input_shape
from keras_generative.utils.networks import output_shapes


@keras.saving.register_keras_serializable(package="keras_generative")
class Autoencoder(Codes, GenerativeModel):
    """Learns codes from which a decoder makes the samples again.

    The encoder maps a sample, such as an image, to a latent, the decoder maps
    it back, and both are trained to make the two alike. Where `fit(x, y)` has
    a `y` of the shape of samples, they are made like `y`: a denoising
    autoencoder learns from `fit(noisy, clean)`. Networks with a second input
    are given the labels of `fit(x, y)` there instead.

    Args:
        encoder: `keras.Model` that maps samples of shape (batch, ...), such as
            images of shape (batch, height, width, channels), to latents of
            shape (batch, latent_dim), or of any other, and knows the shape of
            its input. A second input takes labels.
        decoder: `keras.Model` that maps latents, and labels if it has a second
            input, to samples of that shape, or to a pair `(mean, log_scale)`
            of them, for a loss that is a likelihood with `scale=None`.
        **kwargs: `value_range` of the samples, see `GenerativeModel`; `name`
            and `dtype` of the model.

    Raises:
        ValueError: If the shapes of the networks do not fit each other.

    Example:

    >>> model = Autoencoder(
    ...     networks.mlp_encoder((28, 28, 1), latent_dim=2),
    ...     networks.mlp_decoder(2, (28, 28, 1)),
    ... )
    >>> model.compile("adam", loss="mean_squared_error")
    >>> model.fit(images, epochs=10, batch_size=128)
    >>> z = model.encode(images)

    Reference:

    - [Hinton and Salakhutdinov, 2006](
      https://doi.org/10.1126/science.1127647).
    """

    log_names = ("loss", "reconstruction_loss")

    def __init__(self, encoder, decoder, **kwargs):
        sample_shape = known_input_shape(encoder, "encoder")
        latent_shape = self._check_encoder(encoder, sample_shape)
        decoded = output_shapes(decoder, latent_shape, "decoder")
        if decoded not in ([sample_shape], [sample_shape] * 2):
            raise ValueError(
                "The decoder must give samples of the shape that the encoder "
                f"takes, {sample_shape}, or a pair `(mean, log_scale)` of that "
                "shape. Received: a decoder with outputs of shape "
                f"{decoded}"
            )
        check_nothing_shared(encoder=encoder, decoder=decoder)
        spec = label_spec(encoder=encoder, decoder=decoder)
        super().__init__(sample_shape, latent_shape, spec, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.num_decoder_outputs = len(decoded)

    def _check_encoder(self, encoder, sample_shape):
        """Returns the shape of one latent, or raises a `ValueError`."""
        encoded = output_shapes(encoder, sample_shape, "encoder")
        if len(encoded) != 1 or not encoded[0]:
            raise ValueError(
                "The encoder of an autoencoder must give one output of shape "
                f"(batch, latent_dim). Received: outputs of shape {encoded}"
            )
        return encoded[0]

    def compile(
        self,
        optimizer="adam",
        loss="mean_squared_error",
        metrics=(),
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            optimizer: `keras.optimizers.Optimizer` or its id.
            loss: Any Keras loss, an id, an object or a function of
                `(y_true, y_pred)`, or a `NegativeLogLikelihood` of
                `keras_generative.losses`. It is summed over the numbers of a
                sample and averaged over the batch.
            metrics: List of `keras.metrics.Metric`s, their ids or functions,
                of samples and their reconstructions. Defaults to none.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile` of
                `keras.Model.compile`. `jit_compile="auto"` also lets XLA
                compile dense networks for TensorFlow on one CPU.

        Raises:
            ValueError: If the optimizer, the loss or a metric is unknown, or
                the loss asks for another decoder.
        """
        self._compile_reconstruction(loss, metrics)
        super().compile(optimizer, **kwargs)

    def _compile_reconstruction(self, loss, metrics):
        self.loss_fn = get_reconstruction_loss(loss, self.num_decoder_outputs)
        check_loss_fits_decoder(self.loss_fn, self.decoder)
        self._reconstruction_metrics = FurtherMetrics(metrics, self.log_names)

    @property
    def metrics(self):
        further = self._reconstruction_metrics.metrics if self.compiled else []
        return [*super().metrics, *further]

    def unpack(self, data):
        """The samples of a batch, their labels or `None`, and targets."""
        x, labels = super().unpack(data)
        _, y, _ = batches.split_batch(data)
        if not self._are_targets(y):
            return x, labels, x
        return x, labels, ops.cast(y, x.dtype)

    def _are_targets(self, y):
        if y is None or self._wanted_labels() is not None:
            return False
        return (batches.shape_of(y) or ())[1:] == self.sample_shape

    def _wanted_targets(self):
        return (
            f"{super()._wanted_targets()}, or samples of shape "
            f"{self.sample_shape} that they are made like"
        )

    def _check_targets(self, x, labels):
        if not self._are_targets(labels):
            super()._check_targets(x, labels)
            return
        batches.check_samples(
            self.sample_shape, labels.dtype, self.sample_shape
        )
        check_one_each(len(x), len(labels), "target")

    def _check_range(self, lowest, highest):
        if self.compiled:
            check_values(self.loss_fn, np.array([lowest, highest]))

    def call(self, inputs, training=None):
        x, *labels = keras.tree.flatten(inputs)
        return self._reconstruct(x, *(labels or [None]), training)

    def _reconstruct(self, x, labels, training):
        z = conditioned(self.encoder, x, labels, training)
        return conditioned(self.decoder, z, labels, training)

    def objective(self, batch, training):
        """What is minimised, and the logs: the loss and its terms."""
        x, labels, targets = batch
        reconstructions = self._reconstruct(x, labels, training)
        return self.reconstruction_objective(targets, reconstructions)

    def reconstruction_objective(self, targets, reconstructions):
        """The reconstruction loss with what layers add, and the logs."""
        reconstruction_loss = self._compared(targets, reconstructions)
        layer_losses = [x for layer in self.layers for x in layer.losses]
        loss = reconstruction_loss + backend.sum_losses(layer_losses)
        return loss, {
            "loss": loss,
            "reconstruction_loss": reconstruction_loss,
        }

    def _compared(self, targets, reconstructions):
        """The reconstruction loss alone, for which metrics are updated."""
        mean = keras.tree.flatten(reconstructions)[0]
        self._reconstruction_metrics.update(targets, ops.stop_gradient(mean))
        return summed_over_sample(self.loss_fn, targets, reconstructions)

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": serialize_keras_object(self.encoder),
            "decoder": serialize_keras_object(self.decoder),
        }

    def _compile_arguments(self):
        return {
            **super()._compile_arguments(),
            "loss": self.loss_fn,
            "metrics": self._reconstruction_metrics.identifiers,
        }
