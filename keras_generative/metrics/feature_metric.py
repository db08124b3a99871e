import re

import keras
from keras import ops

from keras_generative import backend
from keras_generative.metrics.extraction import check_network
from keras_generative.metrics.extraction import extract
from keras_generative.metrics.extraction import floats
from keras_generative.metrics.extraction import name_of
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_string


def check_reference(reference):
    """Raises a `ValueError` unless it is a `Reference`, or `None`."""
    if reference is not None and not hasattr(reference, "has_features"):
        raise ValueError(
            "Argument `reference` must be a `Reference`, as "
            "`Reference.load(path)` returns. "
            f"Received: reference={reference!r}"
        )


class FeatureMetric(keras.metrics.Metric):
    """Base of the metrics that compare features of real and of fake images.

    Subclasses implement `result`. They hand over what gathers the features
    of each kind: an object with `build(dim)`, `update_state(features)` and
    `reset_state()`, whose state `result` reads.

    Args:
        real: What gathers features of real images, or `None` if these do not
            matter.
        fake: What gathers features of fake images.
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features. A config holds the network as Keras
            writes it down, without its weights. Defaults to `None`.
        reference: `Reference` that stands for all real images, or `None`.
            Defaults to `None`.
        name: String. Defaults to the name of the class, after that of the
            network where there is one, as figures of two networks must not
            be compared.
    """

    def __init__(self, real, fake, features=None, reference=None, name=None):
        if name is not None:
            check_string(name, "name")
        self._check_networks(features, reference)
        network = name_of(features) or getattr(reference, "network", None)
        own_name = re.sub("(?<=[a-z])(?=[A-Z])", "_", type(self).__name__)
        own_name = own_name.lower()
        super().__init__(
            name=name or (f"{network}_{own_name}" if network else own_name),
            dtype="float64",
        )
        self.real = real
        self.fake = fake
        self.features = features
        self.reference = reference
        self.dim = None

    def build(self, dim):
        """Makes the state for features of a size.

        Called by the first update. To be called before within
        `strategy.scope()`, if updates run on replicas.

        Args:
            dim: Integer, number of features of an image.
        """
        if backend.num_replicas() > 1:
            raise ValueError(
                "On replicas a metric must have its state before the first "
                "update. Call `metric.build(dim)` within `strategy.scope()`. "
                f"Received: {self!r}, not built"
            )
        if self.reference is not None:
            check_fit(
                (None, dim), (None, self.reference.dim), "Features (fake)"
            )
        self.dim = dim
        for side in (self.real, self.fake):
            if side is not None:
                side.build(dim)

    def update_state(self, real, fake):
        """Adds images, or features where the metric has no network.

        Args:
            real: Float array or tensor, or `None` for none.
            fake: Likewise; the numbers of images may differ.
        """
        if real is None and fake is None:
            raise ValueError(
                "There must be real or fake images, or both. "
                "Received: real=None, fake=None"
            )
        self.update_features(self._extract(real), self._extract(fake))

    def update_features(self, real, fake):
        """Adds features that were extracted before, as `update_state` does."""
        if real is not None and self.reference is not None:
            raise ValueError(
                "A metric with a `reference` takes no real images. Pass "
                f"`None`. Received: real of type {type(real)}"
            )
        with backend.double_precision():
            if real is not None and self.real is not None:
                self.real.update_state(self._checked(real, "real"))
            if fake is not None:
                self.fake.update_state(self._checked(fake, "fake"))

    def reset_state(self):
        for side in (self.real, self.fake):
            if side is not None:
                side.reset_state()

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            "features": serialize(self.features),
            "reference": serialize(self.reference),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        deserialize = keras.saving.deserialize_keras_object
        return cls(
            **{
                key: deserialize(value)
                if key in ("features", "reference")
                else value
                for key, value in config.items()
            }
        )

    def _extract(self, images):
        if images is None or self.features is None:
            return images
        return extract(self.features, images)

    def _checked(self, features, name):
        features = ops.convert_to_tensor(floats(features, "Features"))
        features = self._shaped(ops.stop_gradient(features))
        check_fit(features.shape, (None, self.dim), f"Features ({name})")
        if self.dim is None:
            self.build(features.shape[1])
        if not backend.is_symbolic(features) and not bool(
            ops.all(ops.isfinite(features))
        ):
            raise ValueError(
                "Features must be finite. "
                f"Received: {name} features with NaN or infinity"
            )
        return features

    def _shaped(self, features):
        """Features as (batch, dim), of whatever a metric takes."""
        return features

    def _check_networks(self, features, reference):
        if features is not None:
            check_network(features)
        check_reference(reference)
        network = getattr(reference, "network", None)
        if None not in (features, network) and name_of(features) != network:
            raise ValueError(
                "The reference must be of the network that the metric uses, "
                f"{name_of(features)!r}. Received: network={network!r}"
            )
