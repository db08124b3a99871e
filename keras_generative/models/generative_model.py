import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.training import data_checks
from keras_generative.training import labels as label_utils
from keras_generative.training.targets import Targets
from keras_generative.training.trained_model import TrainedModel
from keras_generative.utils import batches
from keras_generative.utils import validation
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.networks import output_range


class GenerativeModel(Targets, TrainedModel):
    """A model of samples, with the train step of one optimizer.

    A subclass hands its networks to Keras as attributes, and overrides
    `objective`. Each log is the mean over the epoch, weighted by batch size.

    Args:
        sample_shape: Tuple, the shape of one sample: `(n,)` for vectors,
            `(time, channels)` for series, `(height, width, channels)` for
            images.
        latent_shape: Tuple, the shape of one latent.
        label_spec: `LabelSpec` of the networks, or `None` if they take none.
        prior: `Prior` that `generate` draws latents from unless it is told
            another one, or `None`.
        value_range: Pair of numbers, the lowest and the highest value of
            samples. Defaults to `None`, that of the last activation, where
            it has bounds.
        **kwargs: `name` and `dtype` of the model.

    Raises:
        ValueError: If `value_range` is no such pair.

    Example:

    >>> class Whitening(GenerativeModel):
    ...     sample_network = "encoder"
    ...
    ...     def objective(self, batch, training):
    ...         x, _ = batch
    ...         z = self.encoder(x, training=training)
    ...         loss = keras.ops.mean(keras.ops.square(z))
    ...         return loss, {"loss": loss}
    """

    def __init__(
        self,
        sample_shape,
        latent_shape,
        label_spec=None,
        prior=None,
        value_range=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.sample_shape = tuple(sample_shape)
        self.latent_shape = tuple(latent_shape)
        self.label_spec = label_spec
        self.prior = prior
        if value_range is not None:
            value_range = validation.check_value_range(value_range)
        self._value_range = value_range
        self._ignored_labels = label_utils.IgnoredLabels()

    @property
    def latent_dim(self):
        """Integer, or the shape of latents that are no vectors."""
        is_vector = len(self.latent_shape) == 1
        return self.latent_shape[0] if is_vector else self.latent_shape

    @property
    def value_range(self):
        """Pair of floats, the bounds of samples, or `None`."""
        if self._value_range is not None:
            return self._value_range
        bounds = output_range(getattr(self, self.sample_network, None))
        return bounds if np.isfinite(bounds).all() else None

    def objective(self, batch, training):
        """What is minimised, and the logs.

        Args:
            batch: What `unpack` returns.
            training: Boolean.

        Returns:
            `(loss, logs)`: a scalar, the mean over the batch, and a dict of
            scalars with a key for each of `log_names`.
        """
        raise NotImplementedError(
            f"`{type(self).__name__}` must override `objective`"
        )

    def unpack(self, data):
        """The samples of a batch, and their labels or `None`."""
        x, y, sample_weight = batches.split_batch(data)
        data_checks.check_no_weights(self, sample_weight=sample_weight)
        if batches.shape_of(x) is None:  # of a `tf.numpy_function`, say
            x = ops.reshape(x, (-1, *self.sample_shape))
        batches.check_samples(x.shape[1:], x.dtype, self.sample_shape)
        x = ops.cast(x, keras.config.floatx())
        spec = self._wanted_labels()
        if spec is None:
            if not self._are_targets(y):
                data_checks.check_no_samples(self, y)
            return x, None
        if y is None:
            label_utils.check_labels(None, spec)
        return x, label_utils.as_labels(y, spec)

    @backend.train_step
    def train_step(self, data):
        batch = self.unpack(data)
        _, logs = backend.minimize(
            lambda: self.objective(batch, training=True),
            self.trainable_variables,
            self.optimizer,
        )
        return self._log(logs, batch)

    @backend.test_step
    def test_step(self, data):
        batch = self.unpack(data)
        _, logs = self.objective(batch, training=False)
        return self._log(logs, batch)

    def compile(self, optimizer="adam", **kwargs):
        """Says how the networks learn.

        Args:
            optimizer: `keras.optimizers.Optimizer` or its id.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile` of
                `keras.Model.compile`. `jit_compile="auto"` also lets XLA
                compile dense networks for TensorFlow on one CPU.

        Raises:
            ValueError: If an argument is unknown.
        """
        optimizer = self._built_optimizer(optimizer, self.trainable_variables)
        self._compile(optimizer, kwargs)

    def generate(
        self,
        num_images,
        labels=None,
        seed=None,
        ema=False,
        prior=None,
        batch_size=256,
        verbose="auto",
    ):
        """New samples, made of latents that are drawn from a prior.

        Args:
            num_images: Positive integer.
            labels: For networks that take them, an integer for all samples or
                an array of shape (num_images,) or (num_images, n). Defaults
                to `None`.
            seed: Integer, at least 0; the same seed gives the same latents,
                on every backend. `None` draws others each time.
            ema: Boolean. If `True`, the weights are their moving averages,
                which an optimizer with `use_ema=True` keeps. Statistics of
                batch normalization stay those of the last steps. Defaults
                to `False`.
            prior: `Prior` of `keras_generative.priors`, fitted to the codes
                of the model, say. Defaults to `None`, that of the model.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, *sample_shape).

        Raises:
            ValueError: If an argument is none of the above, labels do not fit,
                the optimizer keeps no averages, or the model has no prior.
        """
        num_images = validation.check_positive_integer(num_images, "num_images")
        z = self._sample_latents(num_images, seed, prior)
        labels = label_utils.labels_for(self, num_images, labels)
        with self._averages(ema):
            return self._make_samples(z, labels, batch_size, verbose)

    def decode(self, z, labels=None, batch_size=256, verbose="auto"):
        """Samples of latents.

        Args:
            z: Array of shape (num_images, latent_dim).
            labels: See `generate`.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, ...).

        Raises:
            ValueError: If latents or labels do not fit.
        """
        z = self._check_latents(z)
        labels = label_utils.labels_for(self, len(z), labels)
        return self._make_samples(z, labels, batch_size, verbose)

    def _check_latents(self, z):
        """Latents as an array, or a `ValueError` if they do not fit."""
        z = validation.as_array(z, "z")
        # Complex numbers and strings would become floats without a word.
        if z.dtype.kind in "cSUO":
            raise ValueError(
                f"Latents must be numbers. Received: z of dtype={z.dtype}"
            )
        z = z.astype("float32")
        if z.shape[1:] != self.latent_shape or len(z) == 0:
            raise ValueError(
                "Latents must have shape (num_images, "
                f"{', '.join(map(str, self.latent_shape))}). "
                f"Received: z of shape {z.shape}"
            )
        return z

    def _sample_latents(self, num_samples, seed, prior):
        """Latents of shape (num_samples, *latent_shape), from a prior."""
        prior = self.prior if prior is None else prior
        is_class = isinstance(prior, type)
        if is_class or not callable(getattr(prior, "sample", None)):
            raise ValueError(
                f"`{type(self).__name__}` needs a prior to draw latents from, "
                "such as `priors.GaussianMixture(10).fit(model.encode(x))`. "
                f"Received: prior={prior!r}"
            )
        if seed is not None:
            seed = validation.check_seed(seed)
        z = np.asarray(prior.sample(num_samples, self.latent_shape, seed))
        validation.check_fit(z.shape[1:], self.latent_shape, "Each latent")
        return z

    def _make_samples(self, z, labels, batch_size, verbose):
        """The samples of latents, without the log scale of a pair."""
        network = getattr(self, self.sample_network)
        made = self._predict(network, z, labels, batch_size, verbose)
        return made[0] if isinstance(made, list) else made

    def _predict(self, network, x, labels, batch_size, verbose, training=None):
        """The outputs of a network for any number of inputs."""
        if label_utils.label_input(network) is None:
            inputs = x
        else:
            inputs = [x, labels]
        batch_size = validation.check_positive_integer(batch_size, "batch_size")
        forward = backend.Forward(network, training)
        return predict_in_batches(forward, inputs, batch_size, verbose)

    def get_config(self):
        return {
            "name": self.name,
            "dtype": self.dtype_policy.name,
            "value_range": self._value_range,
        }
