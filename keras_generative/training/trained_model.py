import contextlib
import functools
import inspect

import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.optimizers.averaged_weights import averaged_weights
from keras_generative.training import fit_arguments
from keras_generative.training import saving
from keras_generative.training.compiled_networks import CompiledNetworks
from keras_generative.training.compiled_networks import check_kept
from keras_generative.training.data_checks import DataCheck
from keras_generative.training.evaluation_noise import evaluation_noise
from keras_generative.training.execution import choose_jit_compile
from keras_generative.training.execution import execution_of
from keras_generative.training.exporting import export_network
from keras_generative.training.log_means import LogMeans
from keras_generative.utils import progress
from keras_generative.utils.optimizers import build_for
from keras_generative.utils.optimizers import check_optimizer
from keras_generative.utils.optimizers import innermost
from keras_generative.utils.serialization import portable
from keras_generative.utils.validation import check_boolean


class TrainedModel(backend.Steps, keras.Model):
    """What `GenerativeModel` is trained, evaluated and saved by.

    It knows of networks, optimizers, logs and files, and leaves it to the
    subclass what is learned.
    """

    log_names = ("loss",)
    # The attribute that holds the network which makes samples of latents.
    sample_network = "decoder"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._log_means = None
        self._compiled_networks = None
        self._is_fitting = False
        # The networks come built, and nothing else has weights to make.
        self.built = True

    def __setattr__(self, name, value):
        check_kept(getattr(self, name, None), value, name)
        super().__setattr__(name, value)

    def _compile(self, optimizer, arguments):
        """Compiles for an optimizer of `_trained_variables`.

        Args:
            optimizer: `keras.optimizers.Optimizer`.
            arguments: Dict of what `compile` was given on execution.
        """
        self._execution = execution_of(self, arguments)
        self._compiled_networks = CompiledNetworks(
            self, self._trained_variables()
        )
        self._batch_check = DataCheck(self)
        self._log_means = LogMeans(self._all_log_names())
        jit_compile = choose_jit_compile(self, self._execution, optimizer)
        super().compile(
            optimizer,
            # Each player's optimizer has its own loss scale, see `_scaled`.
            auto_scale_loss=False,
            **{**self._execution, "jit_compile": jit_compile},
        )

    def _built_optimizer(self, identifier, variables):
        """The optimizer of variables, with loss scaling where float16 asks."""
        optimizer = keras.optimizers.get(identifier)
        check_optimizer(optimizer)
        if self.dtype_policy.name == "mixed_float16" and not isinstance(
            optimizer, keras.optimizers.LossScaleOptimizer
        ):
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        build_for(optimizer, variables)
        return optimizer

    def _all_log_names(self):
        return list(self.log_names)

    def _trained_variables(self):
        """Dict of who has an optimizer to the variables that it moves."""
        return {"model": self.trainable_variables}

    @property
    def metrics(self):
        return self._log_means.metrics if self.compiled else []

    def _log(self, values, batch):
        """Adds a batch's values to the epoch's means, and returns the means."""
        first = keras.tree.flatten(batch)[0]
        self._log_means.update(values, ops.shape(first)[0])
        return self.get_metrics_result()

    def fit(self, x=None, *args, **kwargs):
        """Trains the model. The arguments are those of `keras.Model.fit`.

        Args:
            x: Samples, alone or with labels: a float array of shape
                (num_samples, ...), a `tf.data.Dataset`, a
                `keras.utils.PyDataset`, a torch `DataLoader` or a generator
                of batches `x`, `(x, y)` or `{"image": x, "label": y}`.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If samples or labels do not fit the model, if there
                are weights, or the networks are not those of `compile`.
        """
        self._check_present()
        signature = inspect.signature(super().fit)
        arguments = signature.bind(x, *args, **kwargs).arguments
        if self._compiled_networks is not None:
            self._compiled_networks.check(self._trained_variables())
        fit_arguments.prepare(self, arguments)
        arguments["callbacks"] = self._with_watchers(arguments.get("callbacks"))
        # Keras ends with averages in the place of weights, if asked to, also
        # where training was interrupted.
        backend.own_arrays(self.trainable_variables)
        self._is_fitting = True
        try:
            # What callbacks draw is no long work.
            with progress.hidden(), self._stepping():
                history = super().fit(**arguments)
        finally:
            self._is_fitting = False
        backend.own_arrays(self.trainable_variables)
        return history

    def evaluate(self, x=None, *args, **kwargs):
        """Returns the logs on `x`, as `keras.Model.evaluate` does.

        What is random in it is the same each time, and training is as before.
        """
        signature = inspect.signature(super().evaluate)
        arguments = signature.bind(x, *args, **kwargs).arguments
        arguments.update(arguments.pop("kwargs", {}))
        # `fit` has looked at the data, and hands over a generator in use.
        if not self._is_fitting:
            fit_arguments.prepare_evaluation(self, arguments)
        self._check_present()
        with evaluation_noise(self._seed_states()), self._stepping():
            return super().evaluate(**arguments)

    def train_on_batch(self, x, y=None, *args, **kwargs):
        """Takes one step, where `fit` would. See `fit` for what is refused."""
        x, y = self._check_batch(x, y)
        return super().train_on_batch(x, y, *args, **kwargs)

    def test_on_batch(self, x, y=None, *args, **kwargs):
        """Returns the logs on a batch, the same each time. See `evaluate`."""
        x, y = self._check_batch(x, y)
        with evaluation_noise(self._seed_states()):
            return super().test_on_batch(x, y, *args, **kwargs)

    def _check_batch(self, x, y):
        x, y = fit_arguments.as_data(x), fit_arguments.as_targets(y)
        if self._compiled_networks is not None:
            self._compiled_networks.check(self._trained_variables())
            self._batch_check.check(x, y)
        return x, y

    def _optimized(self):
        """The optimizer of what makes samples, and the variables it moves."""
        optimizer = self.optimizer if self.compiled else None
        return optimizer, self.trainable_variables

    @property
    def has_averages(self):
        """Whether the optimizer keeps averages of weights, for `ema=True`."""
        optimizer, _ = self._optimized()
        return getattr(innermost(optimizer), "use_ema", False)

    def _averages(self, ema):
        """A context in which weights are their averages, if `ema`."""
        if not check_boolean(ema, "ema"):
            return contextlib.nullcontext()
        self._check_present()
        return averaged_weights(*self._optimized())

    def export(self, filepath, network=None, **kwargs):
        """Exports one of the networks, as `keras.Model.export` does.

        Args:
            filepath: String or path.
            network: String, the attribute that holds the network. Defaults to
                `None`, the one that makes samples of latents.
            **kwargs: `format` and other arguments of `keras.Model.export`.

        Raises:
            ValueError: If there is no such network.
            RuntimeError: If Keras cannot export it on this backend.
        """
        name = self.sample_network if network is None else network
        export_network(self, name, filepath, kwargs)

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Saves as `keras.Model.save` does, a file whole or not at all.

        Where several processes train together, all must call this, and the
        chief alone writes. Keras' legacy `.h5` files are refused.
        """
        self._check_present()
        save = functools.partial(super().save, zipped=zipped, **kwargs)
        path = saving.check_model_file(filepath)
        saving.save_once(self, save, path, overwrite, zipped is not False)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """Saves as `keras.Model.save_weights`, with the care of `save`."""
        self._check_present()
        save = functools.partial(
            super().save_weights, max_shard_size=max_shard_size
        )
        is_file = max_shard_size is None
        saving.save_once(self, save, filepath, overwrite, is_file)

    def _seed_states(self):
        """States of all seed generators, of the networks' dropout too."""
        weights = {id(weight) for weight in self.weights}
        return [v for v in self.variables if id(v) not in weights]

    def save_own_variables(self, store):
        # Keras leaves these out, and training that goes on would repeat the
        # noise it began with.
        super().save_own_variables(store)
        states = [ops.convert_to_numpy(state) for state in self._seed_states()]
        store["seed_states"] = np.array(states)

    def load_own_variables(self, store):
        store = {key: store[key] for key in store.keys()}
        saved, states = store.pop("seed_states", ()), self._seed_states()
        super().load_own_variables(store)
        saving.restore_seed_states(self, states, saved)

    def _compile_arguments(self):
        """Dict of the arguments of `compile`, but how it is executed."""
        return {"optimizer": self.optimizer}

    def get_compile_config(self):
        if not self.compiled:
            return {}
        return portable(
            keras.saving.serialize_keras_object(
                {**self._compile_arguments(), **self._execution}
            )
        )

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))
