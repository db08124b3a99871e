import functools

import keras
import numpy as np

from keras_generative.callbacks import model_facts

# In runs of `benchmarks/doctor.py` a VAE with 100 latents had the least
# diversity of healthy models that were trained, 0.39 and more. Young ones begin
# at 0.05 to 0.15 and rise; one that collapsed rose to 0.31, and then fell to
# 0.15 and less.
LOW_DIVERSITY = 0.25
# Of the classes of the data. Five healthy GANs had 8 or more of ten digits
# after every epoch. A VAE with 2 latents had 1 for up to four epochs while its
# diversity rose, and then 4; one that collapsed ended with 2.
FEW_CLASSES = 0.25
# The share of a class among samples, over that among the data.
COVERED = 0.1
# A value that much higher than it ever was is on its way up.
RISE = 1.1
NUM_IMAGES = 500


class ModeCollapse:
    """A generator that makes the same few images of all latents.

    The diversity is the mean distance between two samples over that between
    two real images. A class is covered if it is among the samples at least a
    tenth as often as among the real images. A young model begins with little
    of either, and is not ill while one of them rises.

    Args:
        data: Float array of real samples.
        classifier: Function of images that returns scores of shape
            (num_images, num_classes), or `None`.
        labels: Array with a row for each of the data, for a model that takes
            labels. Defaults to `None`, all classes in turn.
    """

    patience = 3

    def __init__(self, data, classifier=None, labels=None):
        axes = tuple(range(1, data.ndim))
        (finite,) = np.nonzero(np.isfinite(data).all(axis=axes))
        # Spread evenly, lest the data is in the order of its classes.
        some = np.linspace(0, len(finite) - 1, min(NUM_IMAGES, len(finite)))
        rows = finite[some.astype(int)]
        self.data = data[rows]
        self.labels = None if labels is None else labels[rows]
        self.classifier = classifier
        self.highest = {}

    def examine(self, model, logs):
        if not hasattr(model, "generate") or len(self.data) < 2:
            return {}, {}
        spread = mean_distance(self.data)
        samples = self.samples(model)
        # Where they are NaN the logs are no better, and that is said.
        if not spread or samples is None or not np.isfinite(samples).all():
            return {}, {}
        diversity = mean_distance(samples) / spread
        figures = {"diversity": diversity}
        symptoms = []
        if diversity <= LOW_DIVERSITY:
            symptoms.append(f"are {diversity:.0%} as far apart as real images")
        if self.classifier is not None:
            covered, present = self.count_classes(samples)
            figures["classes_covered"] = covered
            if covered <= max(1, FEW_CLASSES * present) and present > 1:
                symptoms.append(f"are of {covered} of {present} classes")
        if self.rises(figures) or not symptoms:
            return figures, {}
        return figures, {
            "mode collapse": f"Samples {' and '.join(symptoms)}. Try a smaller "
            "learning rate, a penalty such as `R1Penalty`, or the Wasserstein "
            "loss with a `GradientPenalty`. In a VAE, look at the KL."
        }

    def samples(self, model):
        """As many as the data, or `None` if the model has no prior."""
        labels = model_facts.labels_or_all(model, self.labels, len(self.data))
        arguments = model_facts.label_arguments(model, labels, self)
        try:
            return model.generate(len(self.data), seed=0, **arguments)
        except ValueError:
            return None

    @functools.cached_property
    def real_shares(self):
        return self.class_shares(self.data)

    def count_classes(self, samples):
        """How many classes of the data are covered, and how many it has."""
        shares = self.class_shares(samples)
        present = self.real_shares > 0.0
        covered = present & (shares >= COVERED * self.real_shares)
        return int(covered.sum()), int(present.sum())

    def rises(self, figures):
        """Whether one of the figures is higher than ever."""
        higher = {
            name: value
            for name, value in figures.items()
            if value > RISE * self.highest.get(name, 0.0)
        }
        self.highest.update(higher)
        return bool(higher)

    def class_shares(self, images):
        scores = keras.ops.convert_to_numpy(self.classifier(images))
        classes = np.argmax(scores, axis=-1)
        return np.bincount(classes, minlength=scores.shape[-1]) / len(classes)


def mean_distance(images):
    """The mean Euclidean distance between two of the images."""
    x = images.reshape(len(images), -1).astype("float64")
    squares = np.sum(np.square(x), axis=1)
    distances = squares[:, None] + squares - 2.0 * x @ x.T
    distances = np.sqrt(np.maximum(distances, 0.0))
    return float(distances.sum() / (len(x) * (len(x) - 1)))
