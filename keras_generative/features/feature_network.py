import warnings

import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.features.resizing import check_resize
from keras_generative.features.resizing import resize as resize_images
from keras_generative.utils import validation
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.value_range import rescale

PIXELS = (0.0, 255.0)
# Share of the range of values by which images may be outside of it unsaid.
ROUNDING = 1e-3


@keras.saving.register_keras_serializable(package="keras_generative")
class FeatureNetwork:
    """A network in whose features images are compared, and its name.

    Called with any number of images, it brings them to what the network
    takes, in size, channels and range, and returns the network's outputs. The
    metrics that are given it begin their names with its own: a distance in
    the features of one network says nothing beside that of another. Its
    config holds the network as Keras writes it down, without its weights.

    Args:
        network: `keras.Model` that maps images of shape (batch, height,
            width, channels) with 1 or 3 channels to features of shape (batch,
            dim). Height and width may be unknown; images keep theirs then.
        name: String, of letters, digits and underscores. Defaults to the name
            of `network`. A `resize` other than `"clean"` is added to it.
        value_range: Pair of numbers, the values of black and of full
            brightness of the images. What lies outside is clipped, of which
            the first images tell in a warning if it is more than rounding.
            `GenerativeEvaluator` brings images to this range. Defaults to
            `(0, 1)`. It is no part of the name: an image has the same
            features in whatever range its pixels are counted.
        preprocess: Function of a float32 array of images in [0, 255] that
            returns what the network takes, such as a `preprocess_input` of
            `keras.applications`. Defaults to `None`, images in [0, 1].
        resize: How images of another size are resized, see `resize`. Defaults
            to `"clean"`.
        batch_size: Positive integer. Defaults to `64`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> features = FeatureNetwork(model.encoder, "my_encoder")
    >>> distance = kg.metrics.FrechetDistance(features)
    >>> distance.name
    'my_encoder_frechet_distance'
    """

    def __init__(
        self,
        network,
        name=None,
        value_range=(0, 1),
        preprocess=None,
        resize="clean",
        batch_size=64,
    ):
        _check_network(network)
        self.network = network
        name = network.name if name is None else name
        self._configure(name, value_range, preprocess, resize, batch_size)

    def _configure(self, name, value_range, preprocess, resize, batch_size):
        """Sets all but the network."""
        self.name = _check_name(name)
        self.value_range = validation.check_value_range(value_range)
        if preprocess is not None and not callable(preprocess):
            raise ValueError(
                "Argument `preprocess` must be a function of images, or "
                f"`None`. Received: preprocess={preprocess!r}"
            )
        self.preprocess = preprocess
        self.resize = check_resize(resize)
        if resize != "clean":
            self.name += f"_{resize}"
        self.batch_size = validation.check_positive_integer(
            batch_size, "batch_size"
        )
        self._has_warned = False

    def __call__(self, images, verbose="auto"):
        """Features of images.

        Args:
            images: Float array of shape (num_images, height, width,
                channels), in `value_range`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, dim).

        Raises:
            ValueError: If the network cannot take such images, or they are
                not finite.
        """
        if not hasattr(images, "shape"):
            images = validation.as_array(images, "images")
        images = ops.convert_to_numpy(images)
        self.check(images)
        self._warn_if_clipped(images)
        return predict_in_batches(self, images, self.batch_size, verbose)

    def check(self, images):
        """Raises a `ValueError` unless the network can take the images."""
        channels = self.network.input_shape[-1]
        if (
            images.ndim != 4
            or 0 in images.shape
            or images.shape[-1] not in (1, channels)
            or "float" not in str(images.dtype)
        ):
            allowed = "1" if channels == 1 else f"1 or {channels}"
            raise ValueError(
                f"The feature network '{self.name}' takes a non-empty float "
                "array of shape (num_images, height, width, channels) with "
                f"{allowed} channels. Received: images of "
                f"shape={images.shape}, dtype={images.dtype}"
            )
        # Either is NaN if a pixel is.
        if not np.isfinite([float(images.min()), float(images.max())]).all():
            raise ValueError(
                f"The feature network '{self.name}' takes images that are "
                "finite. Received: images with NaN or infinity"
            )

    def predict_on_batch(self, images):
        """Outputs of the network for one batch of images."""
        forward = backend.Forward(self.network)
        return forward.predict_on_batch(self.prepare(images))

    def prepare(self, images):
        """What the network is given in the place of images."""
        pixels = rescale(images.astype("float32"), self.value_range, PIXELS)
        pixels = pixels.clip(*PIXELS)
        *size, channels = self.network.input_shape[1:]
        if None not in size:
            # Bicubic values overshoot at edges.
            pixels = resize_images(pixels, size, self.resize).clip(*PIXELS)
        if pixels.shape[-1] < channels:
            pixels = np.repeat(pixels, channels, axis=-1)
        if self.preprocess is None:
            return pixels / 255
        return self.preprocess(pixels)

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            "network": serialize(self.network),
            "name": self.name.removesuffix(f"_{self.resize}"),
            "value_range": self.value_range,
            "preprocess": serialize(self.preprocess),
            "resize": self.resize,
            "batch_size": self.batch_size,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))

    def _warn_if_clipped(self, images):
        low, high = self.value_range
        darkest, brightest = float(images.min()), float(images.max())
        beyond = max(low - darkest, brightest - high)
        if self._has_warned or beyond <= ROUNDING * (high - low):
            return
        self._has_warned = True
        warnings.warn(
            f"The feature network '{self.name}' was told that images are in "
            f"[{low:g}, {high:g}], and clips these, which are in "
            f"[{darkest:g}, {brightest:g}]. Figures in its features will be "
            "of other images than yours: set its `value_range`. This warning "
            "is not repeated.",
            stacklevel=3,
        )


def _check_network(network):
    inputs = getattr(network, "input_shape", None)
    outputs = getattr(network, "output_shape", None)
    if (
        not isinstance(network, keras.Model)
        or not isinstance(inputs, tuple)
        or len(inputs) != 4
        or inputs[-1] not in (1, 3)
        or not isinstance(outputs, tuple)
        or len(outputs) != 2
    ):
        raise ValueError(
            "A feature network must be a functional `keras.Model` from images "
            "of shape (batch, height, width, channels) with 1 or 3 channels "
            "to features of shape (batch, dim). "
            f"Received: network={network!r} from {inputs} to {outputs}"
        )


def _check_name(name):
    # It becomes part of the names of logs, files and columns.
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(
            "Argument `name` must be a string of letters, digits and "
            f"underscores. Received: name={name!r}"
        )
    return name


def check_outputs(outputs, names):
    """Raises a `ValueError` unless `outputs` is one that has a name."""
    validation.check_choice(outputs, sorted(names), "outputs")
