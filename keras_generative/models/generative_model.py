import contextlib
import functools
import inspect

import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.models import fit_arguments
from keras_generative.models.execution import choose_jit_compile
from keras_generative.models.log_means import LogMeans
from keras_generative.models.replica_shares import check_shares
from keras_generative.models.saving import save_once
from keras_generative.optimizers.averaged_weights import averaged_weights
from keras_generative.utils import progress
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.images import check_images
from keras_generative.utils.images import count_images
from keras_generative.utils.images import image_spec
from keras_generative.utils.optimizers import innermost
from keras_generative.utils.serialization import portable


class GenerativeModel(keras.Model):
    """What `Autoencoder`, `VAE` and `GAN` share around their train steps.

    A subclass hands its optimizer and the names of its logs to this
    `compile`, and its steps return `self.log(...)`: each log is the mean over
    the epoch, weighted by batch size. Images are float tensors of shape
    (batch, height, width, channels), in the range of the network that makes
    them.

    Args:
        image_shape: Tuple (height, width, channels).
        **kwargs: `name` and `dtype` of the model.
    """

    def __init__(self, image_shape, **kwargs):
        super().__init__(**kwargs)
        self.image_shape = image_shape
        self.log_means = None
        # The networks come built, and nothing else has weights to make.
        self.built = True

    def compile(
        self,
        optimizer,
        log_names,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
    ):
        self.execution = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        self.log_means = LogMeans(log_names)
        super().compile(
            optimizer,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=choose_jit_compile(self, optimizer),
            # Each player's optimizer has its own loss scale, see `scaled`.
            auto_scale_loss=False,
        )

    def scaled(self, optimizer):
        """The optimizer an id names, with loss scaling where float16 asks."""
        optimizer = keras.optimizers.get(optimizer)
        if self.dtype_policy.name == "mixed_float16" and not isinstance(
            optimizer, keras.optimizers.LossScaleOptimizer
        ):
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        return optimizer

    @property
    def metrics(self):
        return self.log_means.metrics if self.compiled else []

    def log(self, values, batch_size):
        """Adds a batch's values to the epoch's means, and returns the means."""
        self.log_means.update(values, batch_size)
        return self.get_metrics_result()

    def fit(self, x=None, *args, **kwargs):
        """Trains the model. The arguments are those of `keras.Model.fit`.

        Args:
            x: Images, alone or with labels, which are ignored: a float array
                of shape (num_images, height, width, channels), a
                `tf.data.Dataset`, a `keras.utils.PyDataset`, a torch
                `DataLoader` or a generator of batches.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: Before any step, if the images are not float or not
                of the model's shape, or come with weights.
        """
        signature = inspect.signature(super().fit)
        arguments = signature.bind(x, *args, **kwargs).arguments
        fit_arguments.prepare(self, arguments)
        # Keras ends with averages in the place of weights, if asked to, also
        # where training was interrupted.
        backend.unshare(self.trainable_variables)
        with progress.hidden():  # What callbacks draw is no long work.
            history = super().fit(**arguments)
        backend.unshare(self.trainable_variables)
        return history

    def evaluate(self, x=None, *args, **kwargs):
        """Returns the logs on `x`, as `keras.Model.evaluate` does."""
        # A generator is not looked into: `fit` hands over one in use.
        self.check_data(x)
        check_shares(self, count_images(x), kwargs.get("batch_size"))
        return super().evaluate(x, *args, **kwargs)

    def check_data(self, data):
        """Raises a `ValueError` if the images of `data` do not fit."""
        shape, dtype = image_spec(data)
        if dtype is not None:
            check_images(shape, dtype, self.image_shape)

    def run(self, network, inputs, verbose):
        """The outputs of a network for any number of inputs."""
        # Within `fit` a callback may have put averages in their place.
        backend.unshare(network.trainable_variables)
        return predict_in_batches(network, inputs, verbose=verbose)

    def make_images(self, network, z, verbose):
        """The images of latents, without the log scale of a pair."""
        images = self.run(network, z, verbose)
        return images[0] if isinstance(images, list) else images

    def image_maker(self):
        """The network that makes images of latents.

        Returns:
            The network, its optimizer (`None` before `compile`), and the list
            of all variables which that optimizer trains.
        """
        raise NotImplementedError

    @property
    def has_averages(self):
        """Whether the optimizer keeps averages of weights, for `ema=True`."""
        _, optimizer, _ = self.image_maker()
        return getattr(innermost(optimizer), "use_ema", False)

    def averages(self, ema):
        """A context in which weights are their averages, if `ema`."""
        _, *trained = self.image_maker()
        return averaged_weights(*trained) if ema else contextlib.nullcontext()

    def unpack(self, data):
        """The images of a batch `(x,)` or `(x, y)`."""
        images, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        if sample_weight is not None:
            raise ValueError(
                f"`{type(self).__name__}` weighs all images alike. "
                "Received: a batch with `sample_weight`"
            )
        check_images(images.shape[1:], images.dtype, self.image_shape)
        return images

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Saves as `keras.Model.save` does, a file whole or not at all.

        Where several processes train together, all must call this, and the
        chief alone writes.
        """
        save = functools.partial(super().save, zipped=zipped, **kwargs)
        is_file = zipped is not False
        save_once(self, save, filepath, overwrite, is_file)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """Saves as `keras.Model.save_weights`, with the care of `save`."""
        save = functools.partial(
            super().save_weights, max_shard_size=max_shard_size
        )
        is_file = max_shard_size is None
        save_once(self, save, filepath, overwrite, is_file)

    def seed_states(self):
        """States of all seed generators, of the networks' dropout too."""
        weights = {id(weight) for weight in self.weights}
        return [v for v in self.variables if id(v) not in weights]

    def save_own_variables(self, store):
        # Keras leaves these out, and training that goes on would repeat the
        # noise it began with.
        super().save_own_variables(store)
        states = [ops.convert_to_numpy(state) for state in self.seed_states()]
        store["seed_states"] = np.array(states)

    def load_own_variables(self, store):
        store = {key: store[key] for key in store.keys()}
        saved, states = store.pop("seed_states", ()), self.seed_states()
        if len(saved) != len(states):
            raise ValueError(
                f"The file must hold the states of {len(states)} seed "
                f"generators, as `{self.name}` has. Received: {len(saved)}"
            )
        super().load_own_variables(store)
        for state, value in zip(states, saved):
            state.assign(value)

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype_policy.name}

    def compile_arguments(self):
        """Dict of the arguments of `compile` that the subclass adds."""
        raise NotImplementedError

    def get_compile_config(self):
        if not self.compiled:
            return {}
        return portable(
            keras.saving.serialize_keras_object(
                {**self.compile_arguments(), **self.execution}
            )
        )

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))
