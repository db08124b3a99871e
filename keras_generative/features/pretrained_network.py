import functools

from keras_generative.features.feature_network import FeatureNetwork


class PretrainedNetwork(FeatureNetwork):
    """Base of the feature networks that come with their weights.

    Subclasses implement `make_network`, which reads or downloads them. It is
    called when the network is first used, and not before: an object that a
    config describes, perhaps one in a file of others, does nothing yet.

    Args:
        name: See `FeatureNetwork`.
        value_range: See `FeatureNetwork`.
        preprocess: See `FeatureNetwork`.
        resize: See `FeatureNetwork`.
        batch_size: See `FeatureNetwork`. Defaults to `64`.
    """

    def __init__(self, name, value_range, preprocess, resize, batch_size=64):
        self._configure(name, value_range, preprocess, resize, batch_size)

    @functools.cached_property
    def network(self):
        """The `keras.Model`, made at the first access."""
        return self.make_network()

    def make_network(self):
        """Returns a `keras.Model` with its weights."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must override `make_network`"
        )
