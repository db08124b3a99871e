import numpy as np
from keras import ops

from keras_generative import backend


class FeatureStore:
    """Features that come in batches, kept on the host."""

    def __init__(self):
        self.batches = []

    def build(self, dim):
        pass

    def update_state(self, features):
        if backend.is_symbolic(features):
            raise ValueError(
                "This metric keeps all features on the host, which a compiled "
                "step cannot. Call `update_state` outside of `tf.function`, "
                f"`jax.jit` and `torch.compile`. Received: {features!r}"
            )
        # A copy, as a view would keep alive whatever it is a part of.
        self.batches.append(np.array(ops.convert_to_numpy(features)))

    def reset_state(self):
        self.batches = []

    def result(self):
        """Returns all features, of shape (count, dim) in their own dtype."""
        if not self.batches:
            return np.zeros((0, 0))
        # In one array from now on, and not in two.
        self.batches = [np.concatenate(self.batches)]
        return self.batches[0]
