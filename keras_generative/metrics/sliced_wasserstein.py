import keras
import numpy as np
from keras import ops

from keras_generative.metrics.blocks import blocks
from keras_generative.metrics.feature_metric import FeatureMetric
from keras_generative.metrics.feature_store import FeatureStore
from keras_generative.metrics.stored_feature_metric import check_holds_features
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class SlicedWasserstein(FeatureMetric):
    """Sliced Wasserstein distance between real and fake images or features.

    Both are projected on random directions of unit length. On each, the
    distance of the two sets of numbers is how far one has to be moved, on
    average, to become the other. The result is the mean over directions. It is
    of the unit of the features, 0 for equal sets, and falls with the number of
    images.

    Only the projections are kept, on the host, `8 * num_projections` bytes for
    an image, so that `update_state` may not be compiled.

    Args:
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features, or images, whose pixels are compared.
            A config holds the network as Keras writes it down, without its
            weights. Defaults to `None`.
        num_projections: Integer, number of directions. Defaults to `128`.
        seed: Integer, at least 0, by which directions are drawn. Defaults to
            `0`.
        reference: `Reference` with features that stands for all real images,
            or `None`. Defaults to `None`.
        name: String. Defaults to `"sliced_wasserstein"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, or all of one shape;
            by `result`, if there are none of a kind.

    Example:

    >>> metric = SlicedWasserstein()
    >>> real = np.random.default_rng(0).uniform(size=(100, 8, 8, 1))
    >>> metric.update_state(real, 0.5 * real)
    >>> metric.result()

    Reference:

    - [Rabin et al., 2011](https://doi.org/10.1007/978-3-642-24785-9_37).
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), who apply it to
      patches of Laplacian pyramids.
    """

    def __init__(
        self,
        features=None,
        num_projections=128,
        seed=0,
        reference=None,
        name=None,
    ):
        check_holds_features(reference)
        num_projections = check_positive_integer(
            num_projections, "num_projections"
        )
        seed = check_seed(seed)
        super().__init__(
            Projections(num_projections, seed),
            Projections(num_projections, seed),
            features,
            reference,
            name,
        )
        self.num_projections = num_projections
        self.seed = seed

    def result(self):
        """Returns the distance as a float, of at least 0."""
        fake = self.fake.result()
        if self.reference is None:
            real = self.real.result()
        else:
            real = self.fake.project(self.reference.features)
        if min(len(real), len(fake)) < 1:
            raise ValueError(
                f"`{self.name}` needs real and fake images. "
                f"Received: {len(real)} real, {len(fake)} fake"
            )
        return float(np.mean(wasserstein_distances(real, fake)))

    def get_config(self):
        return {
            **super().get_config(),
            "num_projections": self.num_projections,
            "seed": self.seed,
        }

    def _shaped(self, features):
        if len(features.shape) < 2:
            return features  # which is refused
        return ops.reshape(features, (-1, int(np.prod(features.shape[1:]))))


class Projections(FeatureStore):
    """Projections of features on random directions, kept on the host."""

    def __init__(self, number, seed):
        super().__init__()
        self.number = number
        self.seed = seed

    def build(self, dim):
        generator = np.random.default_rng(self.seed)
        directions = generator.normal(size=(dim, self.number))
        self.directions = directions / np.linalg.norm(directions, axis=0)

    def project(self, features):
        # In blocks, as a copy in float64 would take twice the memory.
        projections = np.empty((len(features), self.number))
        for rows in blocks(*features.shape):
            block = features[rows].astype("float64")
            projections[rows] = block @ self.directions
        return projections

    def update_state(self, features):
        super().update_state(features)
        self.batches.append(self.project(self.batches.pop()))


def wasserstein_distances(x, y):
    """Wasserstein-1 distances of the columns of `x` and `y`.

    The integral over the difference of the quantile functions. These are steps
    at multiples of 1 / len(x) and of 1 / len(y), which for all columns are the
    same.
    """
    n, m = len(x), len(y)
    # In units of 1 / (n m), as integers, for which equal steps are equal.
    steps = np.union1d(m * np.arange(n + 1), n * np.arange(m + 1))
    widths = np.diff(steps) / (n * m)
    starts = steps[:-1]
    differences = (
        np.sort(x, axis=0)[starts // m] - np.sort(y, axis=0)[starts // n]
    )
    return widths @ np.abs(differences)
