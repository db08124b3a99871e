"""What models have in common that make images of images."""

import contextlib

import keras
import numpy as np
from keras import ops

from keras_generative.training import data_checks
from keras_generative.training import game_networks
from keras_generative.training.labels import check_one_each
from keras_generative.utils import batches
from keras_generative.utils.networks import label_input
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_seed


class Translations:
    """Images of two sides, of which one is made of the other.

    `fit(x, y)` has sources as `x`, of the model's `latent_shape`, and targets
    as `y`, of its `sample_shape`. A model holds as `_distance` how far what
    is made is from what it is to be.
    """

    @property
    def _x_shape(self):
        return self.latent_shape

    def unpack(self, data):
        """The two sides of a batch."""
        x, y, sample_weight = batches.split_batch(data)
        data_checks.check_no_weights(self, sample_weight=sample_weight)
        self._check_present_side(y)
        return (
            _as_batch(x, self._x_shape, "Each sample"),
            _as_batch(y, self.sample_shape, "Each target"),
        )

    def _are_targets(self, y):
        return y is not None

    def _wanted_targets(self):
        return f"images of shape {self.sample_shape}"

    def _check_present_side(self, y):
        if y is None:
            raise ValueError(
                f"`{type(self).__name__}` learns from two sides: "
                "`fit(sources, targets)`, or a data set whose batches are "
                "pairs of them. Received: y=None"
            )

    def _check_targets(self, x, labels):
        self._check_present_side(labels)
        if isinstance(labels, (tuple, list, dict)):
            raise ValueError(
                "Targets must be one array of images. "
                f"Received: a {type(labels).__name__} of {len(labels)}"
            )
        shape = batches.shape_of(labels)
        if shape is None or getattr(labels, "dtype", None) is None:
            return
        _check_images(labels, self.sample_shape, "Each target")
        batches.check_not_empty(shape, "targets")
        self._check_lengths(len(x), shape[0])

    def _check_lengths(self, num_sources, num_targets):
        check_one_each(num_sources, num_targets, "target")

    def _check_range(self, lowest, highest):
        if self.compiled:
            self._distance.check_range(lowest, highest)

    def call(self, inputs, training=None):
        network = getattr(self, self.sample_network)
        return network(inputs, training=training)

    def generate(self, *args, **kwargs):
        """Not here, where images are made of images: see `translate`."""
        raise ValueError(
            f"`{type(self).__name__}` makes images of images, by "
            f"`translate(x)`, and not of latents. Received: {args=}, {kwargs=}"
        )

    def _translate(self, name, data, seed, ema, batch_size, verbose):
        """What the network of a name makes of images or a data set."""
        network = getattr(self, name)
        shape = tuple(network.inputs[0].shape[1:])
        x, _ = data_checks.gathered_samples(self, data, shape)
        noise = contextlib.nullcontext()
        if seed is not None:
            self._check_present()
            noise = noise_of(network, check_seed(seed))
        with self._averages(ema), noise:
            made = self._predict(
                network,
                x,
                None,
                batch_size,
                verbose,
                training=None if seed is None else True,
            )
        return made


@contextlib.contextmanager
def noise_of(network, seed):
    """Within the context a network in training draws what a seed says.

    Afterwards it is as before, statistics of batch normalization included.

    Args:
        network: `keras.Model`.
        seed: Integer, at least 0.
    """
    kept = [
        (variable, ops.convert_to_numpy(variable))
        for variable in network.non_trainable_variables
    ]
    weights = {id(weight) for weight in network.weights}
    states = [v for v, _ in kept if id(v) not in weights]
    for index, state in enumerate(states):
        sequence = np.random.SeedSequence((seed, index))
        # Of 31 bits, which the state has on every backend.
        state.assign([int(sequence.generate_state(1)[0] >> 1), 0])
    try:
        yield
    finally:
        for variable, value in kept:
            variable.assign(value)


def check_judge(discriminator, name, image_shape, source_shape):
    """Raises a `ValueError` unless a discriminator scores images.

    Args:
        discriminator: `keras.Model` of images, or of `[sources, images]`.
        name: String, what it is, for errors.
        image_shape: Tuple, the shape of one image.
        source_shape: Tuple, the shape of one source.
    """
    if label_input(discriminator) is None:
        shapes = output_shapes(discriminator, image_shape, name)
    else:
        shapes = output_shapes(discriminator, source_shape, name)
        scored = discriminator.inputs[1].shape[1:]
        check_fit(image_shape, scored, f"What the {name} is to score")
    game_networks.check_scores(shapes, name)


def _as_batch(images, shape, name):
    if batches.shape_of(images) is None:  # of a `tf.numpy_function`, say
        images = ops.reshape(images, (-1, *shape))
    _check_images(images, shape, name)
    return ops.cast(images, keras.config.floatx())


def _check_images(images, shape, name):
    batches.check_samples(images.shape[1:], images.dtype, shape, name)
