import keras
import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.metrics.feature_metric import FeatureMetric
from keras_generative.metrics.sums import Sums
from keras_generative.utils.validation import check_boolean


@keras.saving.register_keras_serializable(package="keras_generative")
class InceptionScore(FeatureMetric):
    """How sure a classifier is of each fake, and how varied its answers are.

    `exp(mean(KL(p(y|x) || p(y))))`, from 1, where it says the same of all
    fakes, to the number of classes, where it is sure of each and all classes
    are as frequent. Real images do not matter.

    The score is that of all images. Papers often give the mean over 10 parts,
    which is lower.

    The state is of constant size, in float64. `update_state` may be compiled
    and run on replicas; there it is `result` that finds NaN. `result` may not.

    Args:
        features: Function or `keras.Model` that takes images to class
            probabilities of shape (batch, classes), with a `name`. Images are
            of shape (batch, height, width, channels), in the range that it
            expects. `None` if what is given are probabilities. A config holds
            the network as Keras writes it down, without its weights. Defaults
            to `None`.
        from_logits: Boolean, whether these are logits instead. Defaults to
            `False`.
        name: String. Defaults to `"inception_score"`, after the name of the
            network where there is one.

    Raises:
        ValueError: If features are not float, not finite, not of shape
            (batch, classes), or no probabilities; by `result`, if there are
            none.

    Example:

    >>> metric = InceptionScore()
    >>> metric.update_state(None, np.eye(10))
    >>> metric.result()  # 10.0

    Reference:

    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498).
    """

    def __init__(self, features=None, from_logits=False, name=None):
        super().__init__(None, Entropies("fake"), features, name=name)
        self.from_logits = check_boolean(from_logits, "from_logits")

    def result(self):
        """Returns the score as a float, of at least 1."""
        return self.fake.result()

    def get_config(self):
        config = super().get_config()
        del config["reference"]
        return {**config, "from_logits": self.from_logits}

    def _checked(self, features, name):
        features = super()._checked(features, name)
        if self.from_logits:
            return ops.softmax(ops.cast(features, "float64"), axis=1)
        if not backend.is_symbolic(features):
            check_probabilities(ops.convert_to_numpy(features))
        return features


class Entropies(Sums):
    """What the score needs of class probabilities that come in batches."""

    def build(self, dim):
        self.count = self.add_sum((), "count")
        self.probabilities = self.add_sum((dim,), "probabilities")
        self.negative_entropy = self.add_sum((), "negative_entropy")

    def update_state(self, probabilities):
        with backend.double_precision():
            p = ops.cast(probabilities, "float64")
            count = ops.cast(ops.shape(p)[0], "float64")
            # 0 log 0 = 0
            terms = p * ops.log(ops.where(p > 0, p, ops.ones_like(p)))
            self.count.assign(self.count.value + count)
            self.probabilities.assign(
                self.probabilities.value + ops.sum(p, axis=0)
            )
            self.negative_entropy.assign(
                self.negative_entropy.value + ops.sum(terms)
            )

    def result(self):
        count = self.check(minimum=1)
        mean = ops.convert_to_numpy(self.probabilities) / count
        check_probabilities(mean[np.newaxis])
        entropy = -np.sum(mean * np.log(np.where(mean > 0, mean, 1.0)))
        negative = ops.convert_to_numpy(self.negative_entropy) / count
        # Rounding aside, at least 1.
        return max(1.0, float(np.exp(negative + entropy)))


def check_probabilities(p, tolerance=1e-2):
    # Float16 softmax over 1,000 classes is off by up to 0.5 %.
    if p.size and (p.min() < 0 or abs(p.sum(axis=1) - 1).max() > tolerance):
        raise ValueError(
            "Class probabilities must be at least 0 and add up to 1. For "
            "logits set `from_logits=True`. Received: probabilities from "
            f"{p.min()} with sums up to {p.sum(axis=1).max()}"
        )
