import keras
import numpy as np

from keras_generative.metrics.feature_metric import FeatureMetric
from keras_generative.metrics.moments import Moments


@keras.saving.register_keras_serializable(package="keras_generative")
class FrechetDistance(FeatureMetric):
    """Fréchet distance between the features of real and of fake images.

    That of two normal distributions with their means and covariances,
    `|m_1 - m_2|**2 + tr(C_1 + C_2 - 2 (C_1 C_2)**0.5)`: 0 if these are equal.
    With the features of the Inception network of 2015 it is known as FID. It
    falls with the number of images, so that only figures of equal numbers
    compare. Fewer images than features are taken too.

    The state is of constant size, `dim**2` numbers in float64 for each kind.
    `update_state` may be compiled and run on replicas; there it is `result`
    that finds NaN. `result` may not.

    Args:
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features. A config holds the network as Keras
            writes it down, without its weights. Defaults to `None`.
        reference: `Reference` that stands for all real images, or `None`.
            Defaults to `None`.
        name: String. Defaults to `"frechet_distance"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, or not of shape
            (batch, dim); by `result`, if there are fewer than 2 of a kind.

    Example:

    >>> metric = FrechetDistance()
    >>> real = np.random.default_rng(0).normal(size=(1000, 8))
    >>> metric.update_state(real, real + 1.0)
    >>> metric.result()  # 8.0, the squared distance of the means

    Reference:

    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500).
    """

    def __init__(self, features=None, reference=None, name=None):
        super().__init__(
            Moments("real"), Moments("fake"), features, reference, name
        )

    def result(self):
        """Returns the distance as a float, of at least 0."""
        if self.reference is None:
            real = self.real.result()
        else:
            real = self.reference.mean, self.reference.covariance
        return frechet_distance(*real, *self.fake.result())


def frechet_distance(mean_1, covariance_1, mean_2, covariance_2):
    """Squared Fréchet distance of two normal distributions."""
    # With C_i = F_i F_i^T, tr (C_1 C_2)**0.5 is the sum of the singular values
    # of F_1^T F_2. Nothing is inverted, no root taken of what rounding may
    # have made negative.
    cross = factor(covariance_1).T @ factor(covariance_2)
    traces = np.trace(covariance_1) + np.trace(covariance_2)
    shift = np.sum(np.square(mean_1 - mean_2))
    distance = shift + traces - 2.0 * np.linalg.norm(cross, "nuc")
    return max(0.0, float(distance))


def factor(covariance):
    """`F` with `F F^T` the covariance, a column for each of its rank."""
    values, vectors = np.linalg.eigh(covariance)
    # What rounding leaves of a zero, as `np.linalg.matrix_rank` has it.
    zero = values.max() * len(values) * np.finfo(values.dtype).eps
    kept = values > max(zero, 0.0)
    return vectors[:, kept] * np.sqrt(values[kept])
