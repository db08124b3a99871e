import keras
import numpy as np

from keras_generative.metrics.stored_feature_metric import StoredFeatureMetric
from keras_generative.utils.validation import check_positive_integer

BLOCK = 1000


@keras.saving.register_keras_serializable(package="keras_generative")
class KernelDistance(StoredFeatureMetric):
    """Kernel distance between the features of real and of fake images.

    The squared maximum mean discrepancy with the kernel `(x y / dim + 1)**3`,
    known as KID with the features of the Inception network of 2015. It is
    unbiased: figures of different numbers of images compare, and equal
    distributions give 0 on average, with figures below.

    As is usual, it is the mean over random subsets. The standard error is
    that of the mean, from the spread of the subsets; papers often give the
    spread itself, `subsets**0.5` times as much. Where a subset would hold all
    images the figure is that of all images, and nothing is drawn: the
    standard error is 0.

    Features are kept on the host, `4 * dim` bytes for an image in float32, so
    that `update_state` may not be compiled.

    Args:
        features: Function or `keras.Model` that takes images to features of
            shape (batch, dim), with a `name`. Images are of shape (batch,
            height, width, channels), in the range that it expects. `None` if
            what is given are features. A config holds the network as Keras
            writes it down, without its weights. Defaults to `None`.
        subsets: Integer, how many are drawn. Defaults to `100`.
        subset_size: Integer of at least 2, number of images of each kind in
            each. Defaults to `1000`.
        seed: Integer, by which subsets are drawn. Defaults to `0`.
        reference: `Reference` with features that stands for all real images,
            or `None`. Defaults to `None`.
        name: String. Defaults to `"kernel_distance"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, or not of shape
            (batch, dim); by `result`, if there are fewer than 2 of a kind.

    Example:

    >>> metric = KernelDistance(subset_size=100)
    >>> real = np.random.default_rng(0).normal(size=(1000, 8))
    >>> metric.update_state(real, real + 1.0)
    >>> metric.result()["kernel_distance"]

    Reference:

    - [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401).
    """

    def __init__(
        self,
        features=None,
        subsets=100,
        subset_size=1000,
        seed=0,
        reference=None,
        name=None,
    ):
        super().__init__(features, reference, name)
        self.subsets = check_positive_integer(subsets, "subsets")
        self.subset_size = check_positive_integer(subset_size, "subset_size")
        if subset_size < 2:
            raise ValueError(
                "Argument `subset_size` must be at least 2. "
                f"Received: subset_size={subset_size}"
            )
        self.seed = seed

    def result(self):
        """Returns a dict: the distance and its standard error, as floats.

        The keys are the metric's name, and that with `_standard_error`.
        """
        real, fake = self.gathered(minimum=2)
        if self.subset_size >= max(len(real), len(fake)):
            distance, error = squared_discrepancy(real, fake), 0.0
        else:
            distances = self._over_subsets(real, fake)
            distance = np.mean(distances)
            error = np.std(distances) / np.sqrt(self.subsets)
        return {
            self.name: float(distance),
            f"{self.name}_standard_error": float(error),
        }

    def get_config(self):
        return {
            **super().get_config(),
            "subsets": self.subsets,
            "subset_size": self.subset_size,
            "seed": self.seed,
        }

    def _over_subsets(self, real, fake):
        generator = np.random.default_rng(self.seed)

        def draw(x):
            size = min(self.subset_size, len(x))
            return x[generator.permutation(len(x))[:size]]

        return [
            squared_discrepancy(draw(real), draw(fake))
            for _ in range(self.subsets)
        ]


def squared_discrepancy(x, y):
    """Unbiased estimate of the squared maximum mean discrepancy."""
    within = sum(
        # Of two different images each.
        (kernel_sum(a, a) - np.sum(kernel(np.sum(a * a, axis=1), a.shape[1])))
        / (len(a) * (len(a) - 1))
        for a in (x, y)
    )
    return within - 2.0 * kernel_sum(x, y) / (len(x) * len(y))


def kernel_sum(x, y):
    # In blocks, for memory.
    return sum(
        np.sum(kernel(x[start : start + BLOCK] @ y.T, x.shape[1]))
        for start in range(0, len(x), BLOCK)
    )


def kernel(products, dim):
    return (products / dim + 1.0) ** 3
