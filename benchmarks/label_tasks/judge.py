"""How the digit classifier of the package sees images."""

import numpy as np

import keras_generative as kg


class Judge:
    """Says what digits are, and how far they are from others.

    Args:
        real: Images that others should be like, of shape (num_images, height,
            width, 1).
        value_range: Pair of numbers, the range of all images.
    """

    def __init__(self, real, value_range):
        self.features = kg.features.DigitClassifier(value_range=value_range)
        self.probabilities = kg.features.DigitClassifier(
            "probabilities", value_range=value_range
        )
        self.real = self.features(real, verbose=0)

    def distance(self, images):
        """Frechet distance to the real images, in the classifier's features."""
        metric = kg.metrics.FrechetDistance()
        metric.update_state(self.real, self.features(images, verbose=0))
        return metric.result()

    def classes(self, images):
        """The digit in each image, as integers of shape (num_images,)."""
        return np.argmax(self.probabilities(images, verbose=0), axis=-1)
