import keras
import numpy as np

from keras_generative.metrics.neighbors import Balls
from keras_generative.metrics.stored_feature_metric import StoredFeatureMetric
from keras_generative.utils.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_generative")
class PrecisionRecall(StoredFeatureMetric):
    """How many fakes look real, and how much of the real is covered.

    Around each image there is a ball in the space of features, which reaches
    to its k-th nearest neighbour of the same kind. Precision is the share of
    fakes that are in a ball of a real image, recall the share of real images
    in a ball of a fake. Both are between 0 and 1, and depend on the numbers of
    images.

    Features are kept on the host, `4 * dim` bytes for an image in float32, so
    that `update_state` may not be compiled.

    Args:
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features. A config holds the network as Keras
            writes it down, without its weights. Defaults to `None`.
        num_neighbors: Integer, the k above. Defaults to `3`.
        reference: `Reference` with features that stands for all real images,
            or `None`. Defaults to `None`.
        name: String. Defaults to `"precision_recall"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, or not of shape
            (batch, dim); by `result`, if there are not more than
            `num_neighbors` of each kind.

    Example:

    >>> metric = PrecisionRecall()
    >>> real = np.random.default_rng(0).normal(size=(1000, 8))
    >>> metric.update_state(real, 0.1 * real)
    >>> metric.result()  # A high precision, a low recall.

    Reference:

    - [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991).
    """

    def __init__(
        self, features=None, num_neighbors=3, reference=None, name=None
    ):
        super().__init__(features, reference, name)
        self.num_neighbors = check_positive_integer(
            num_neighbors, "num_neighbors"
        )

    def result(self):
        """Returns a dict of floats, `"precision"` and `"recall"`."""
        real, fake = self.gathered(minimum=self.num_neighbors + 1)
        return {
            "precision": share_within(fake, Balls(real, self.num_neighbors)),
            "recall": share_within(real, Balls(fake, self.num_neighbors)),
        }

    def get_config(self):
        return {**super().get_config(), "num_neighbors": self.num_neighbors}


def share_within(points, balls):
    of_points, _ = balls.counts(points)
    return float(np.mean(of_points > 0))
