import numpy as np

from keras_generative.training.log_means import LogMeans


def test_means_over_batches_and_over_some_of_their_samples():
    means = LogMeans(["loss", "class_loss"])
    means.update({"loss": 1.0, "class_loss": (2.0, 1.0)}, 8)
    means.update({"loss": 4.0, "class_loss": (5.0, 3.0)}, 4)
    means.update({"loss": 4.0, "class_loss": (0.0, 0.0)}, 4)
    logs = {metric.name: float(metric.result()) for metric in means.metrics}
    np.testing.assert_allclose(logs["loss"], (8 * 1 + 8 * 4) / 16)
    np.testing.assert_allclose(logs["class_loss"], (1 * 2 + 3 * 5) / 4)
