import keras
import numpy as np

from keras_generative.metrics.discrepancy import Discrepancy
from keras_generative.metrics.discrepancy import variance
from keras_generative.metrics.stored_feature_metric import StoredFeatureMetric
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class KernelDistance(StoredFeatureMetric):
    """Kernel distance between the features of real and of fake images.

    The squared maximum mean discrepancy with the kernel `(x y / dim + 1)**3`,
    known as KID with the features of the Inception network of 2015. It is
    unbiased: figures of different numbers of images compare, and equal
    distributions give 0 on average, with figures below.

    As is usual, it is the mean over random subsets, or the figure of all
    images where a subset would hold them all. The standard error says how far
    the figure would vary if other images were drawn, real and fake, and other
    subsets of them. With a reference, too, whose images are as random. It is
    estimated from how the kernel's means vary from image to image, and up to
    a third too large where both distributions are equal. What papers give is
    the spread of the subsets, which says nothing of other images.

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
        seed: Integer, at least 0, by which subsets are drawn. Defaults to `0`.
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
        if self.subset_size < 2:
            raise ValueError(
                "Argument `subset_size` must be at least 2. "
                f"Received: subset_size={subset_size}"
            )
        self.seed = check_seed(seed)

    def result(self):
        """Returns a dict: the distance and its standard error, as floats.

        The keys are the metric's name, and that with `_standard_error`.
        """
        real, fake = self.gathered(minimum=2)
        if self.subset_size >= max(len(real), len(fake)):
            parts = [Discrepancy(real, fake)]
        else:
            parts = list(self._over_subsets(real, fake))
        sizes = len(real), len(fake)
        drawn = [min(self.subset_size, size) for size in sizes]
        variances = np.mean([part.variances for part in parts], axis=0)
        of_all = variance(variances, *sizes)
        # The mean of a subset, over all that can be drawn, is that of all.
        of_drawing = (variance(variances, *drawn) - of_all) / len(parts)
        distance = np.mean([part.distance for part in parts])
        error = np.sqrt(of_all + of_drawing)
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

        for _ in range(self.subsets):
            yield Discrepancy(draw(real), draw(fake))
