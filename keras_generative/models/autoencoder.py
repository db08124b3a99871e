import keras
import numpy as np
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.losses.reconstruction import get_reconstruction_loss
from keras_generative.losses.reconstruction import summed_over_pixels
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.utils.images import check_images
from keras_generative.utils.networks import known_input_shape
from keras_generative.utils.networks import output_shapes


@keras.saving.register_keras_serializable(package="keras_generative")
class Autoencoder(GenerativeModel):
    """Learns codes from which a decoder draws the images again.

    The encoder maps an image to a latent vector, the decoder maps it back,
    and both are trained to make the two images alike.

    Args:
        encoder: `keras.Model` that maps images of shape (batch, height,
            width, channels) to latents of shape (batch, latent_dim), and
            knows its input shape.
        decoder: `keras.Model` that maps latents to images of that shape, or
            to a pair `(mean, log_scale)` of them, for a loss that is a
            likelihood with `scale=None`.
        **kwargs: `name` and `dtype` of the model.

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
        image_shape = known_input_shape(encoder, "encoder")
        latent_shape = self.check_encoder(encoder, image_shape)
        decoded = output_shapes(decoder, latent_shape, "decoder")
        if decoded not in ([image_shape], [image_shape] * 2):
            raise ValueError(
                "The decoder must give images of the shape that the encoder "
                f"takes, {image_shape}, or a pair `(mean, log_scale)` of that "
                "shape. Received: a decoder with outputs of shape "
                f"{decoded}"
            )
        super().__init__(image_shape, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.num_decoder_outputs = len(decoded)
        self.latent_dim = latent_shape[0]

    @staticmethod
    def check_encoder(encoder, image_shape):
        """Returns the shape of one latent, or raises a `ValueError`."""
        encoded = output_shapes(encoder, image_shape, "encoder")
        if len(encoded) != 1 or len(encoded[0]) != 1:
            raise ValueError(
                "The encoder of an autoencoder must give one output of shape "
                f"(batch, latent_dim). Received: outputs of shape {encoded}"
            )
        return encoded[0]

    def compile(self, optimizer="adam", loss="mean_squared_error", **kwargs):
        """Says how the networks learn.

        Args:
            optimizer: `keras.optimizers.Optimizer` or its id.
            loss: Any Keras loss, an id, an object or a function of
                `(y_true, y_pred)`, or a `NegativeLogLikelihood` of
                `keras_generative.losses`. It is summed over the pixels of an
                image and averaged over the batch.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile` of
                `keras.Model.compile`. `jit_compile="auto"` also lets XLA
                compile dense networks for TensorFlow on one CPU.

        Raises:
            ValueError: If the optimizer or the loss is unknown, or the loss
                asks for another decoder.
        """
        self.loss_fn = get_reconstruction_loss(loss, self.num_decoder_outputs)
        optimizer = self.scaled(optimizer)
        if not optimizer.built:
            optimizer.build(self.trainable_variables)
        super().compile(optimizer, self.log_names, **kwargs)

    def call(self, inputs, training=None):
        z = self.encoder(inputs, training=training)
        return self.decoder(z, training=training)

    def objective(self, images, training):
        """What is minimised, and the logs: the loss and its terms."""
        reconstructions = self(images, training=training)
        reconstruction_loss = summed_over_pixels(
            self.loss_fn, images, reconstructions
        )
        loss = reconstruction_loss + sum(self.losses)
        return loss, {
            "loss": loss,
            "reconstruction_loss": reconstruction_loss,
        }

    @backend.train_step
    def train_step(self, data):
        images = self.unpack(data)
        _, logs = backend.minimize(
            lambda: self.objective(images, training=True),
            self.trainable_variables,
            self.optimizer,
        )
        return self.log(logs, ops.shape(images)[0])

    @backend.test_step
    def test_step(self, data):
        images = self.unpack(data)
        _, logs = self.objective(images, training=False)
        return self.log(logs, ops.shape(images)[0])

    def encode(self, images, verbose="auto"):
        """Latents of images.

        Args:
            images: Float array of shape (num_images, height, width, channels).
            verbose: `"auto"`, `0`, `1` or `2`, as that of `predict`. `"auto"`
                shows a progress bar only if this takes many batches, and
                never within `fit`. Defaults to `"auto"`.

        Returns:
            Float32 array of shape (num_images, latent_dim).
        """
        return self.run(self.encoder, self.checked(images), verbose)

    def decode(self, z, verbose="auto"):
        """Images of latents, their means if the decoder gives a scale too.

        Args:
            z: Array of shape (num_images, latent_dim).
            verbose: See `encode`.

        Returns:
            Float32 array of shape (num_images, height, width, channels).
        """
        z = np.asarray(z, "float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or len(z) == 0:
            raise ValueError(
                f"Latents must have shape (num_images, {self.latent_dim}). "
                f"Received: z of shape {z.shape}"
            )
        return self.make_images(self.decoder, z, verbose)

    def reconstruct(self, images, ema=False, verbose="auto"):
        """Images as they come back from their latents.

        Args:
            images: Float array of shape (num_images, height, width, channels).
            ema: Boolean. If `True`, the weights are their moving averages,
                which an optimizer with `use_ema=True` keeps. Defaults to
                `False`.
            verbose: See `encode`.

        Returns:
            Float32 array of that shape.
        """
        with self.averages(ema):
            return self.decode(self.encode(images, verbose), verbose)

    def image_maker(self):
        optimizer = self.optimizer if self.compiled else None
        return self.decoder, optimizer, self.trainable_variables

    def checked(self, images):
        """Returns `images` as an array, or raises if they do not fit."""
        images = np.asarray(images)
        check_images(images.shape[1:], images.dtype, self.image_shape)
        return images

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": serialize_keras_object(self.encoder),
            "decoder": serialize_keras_object(self.decoder),
        }

    def compile_arguments(self):
        return {"optimizer": self.optimizer, "loss": self.loss_fn}
