import keras
import numpy as np

from keras_generative.metrics.neighbors import Balls
from keras_generative.metrics.stored_feature_metric import StoredFeatureMetric
from keras_generative.utils.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_generative")
class DensityCoverage(StoredFeatureMetric):
    """How densely fakes lie among real images, and how many these reach.

    Around each real image there is a ball in the space of features, which
    reaches to its k-th nearest real neighbour. Density is the number of balls
    that a fake is in, on average, divided by k. It may exceed 1. Coverage is
    the share of balls with a fake in them. Against `PrecisionRecall`, a stray
    real image adds little, and no balls are drawn around stray fakes.

    Features are kept on the host, `4 * dim` bytes for an image in float32, so
    that `update_state` may not be compiled.

    Args:
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features. A config holds the network as Keras
            writes it down, without its weights. Defaults to `None`.
        num_neighbors: Integer, the k above. Defaults to `5`.
        reference: `Reference` with features that stands for all real images,
            or `None`. Defaults to `None`.
        name: String. Defaults to `"density_coverage"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, or not of shape
            (batch, dim); by `result`, if there are not more than
            `num_neighbors` of each kind.

    Example:

    >>> metric = DensityCoverage()
    >>> real = np.random.default_rng(0).normal(size=(1000, 8))
    >>> metric.update_state(real, 0.1 * real)
    >>> metric.result()  # A high density, a low coverage.

    Reference:

    - [Naeem et al., 2020](https://arxiv.org/abs/2002.09797).
    """

    def __init__(
        self, features=None, num_neighbors=5, reference=None, name=None
    ):
        super().__init__(features, reference, name)
        self.num_neighbors = check_positive_integer(
            num_neighbors, "num_neighbors"
        )

    def result(self):
        """Returns a dict of floats, `"density"` and `"coverage"`."""
        real, fake = self.gathered(minimum=self.num_neighbors + 1)
        of_fakes, of_balls = Balls(real, self.num_neighbors).counts(fake)
        return {
            "density": float(np.mean(of_fakes) / self.num_neighbors),
            "coverage": float(np.mean(of_balls > 0)),
        }

    def get_config(self):
        return {**super().get_config(), "num_neighbors": self.num_neighbors}
