"""How good samples are, in the eyes of a classifier trained for the purpose."""

import keras
import numpy as np
import scipy
from keras import layers


def make_classifier(x, y, seed=0):
    """A small convolutional network; its features and its logits."""
    keras.utils.set_random_seed(seed)
    images = keras.Input(x.shape[1:])
    h = images
    for filters in (32, 64):
        h = layers.Conv2D(filters, 3, padding="same", activation="relu")(h)
        h = layers.MaxPooling2D()(h)
    features = layers.Dense(128, activation="relu")(layers.Flatten()(h))
    logits = layers.Dense(10)(layers.Dropout(0.3)(features))
    model = keras.Model(images, logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    model.fit(x, y, epochs=3, batch_size=128, verbose=0)
    return keras.Model(images, [features, logits])


def frechet_distance(a, b):
    """Between the Gaussians of two sets of features, each (n, d)."""
    covariances = [np.cov(x.astype("float64").T) for x in (a, b)]
    # The trace of the root is the sum of the roots of the eigenvalues, also
    # where a feature is always 0 and the product is singular.
    eigenvalues = scipy.linalg.eigvals(covariances[0] @ covariances[1]).real
    roots = np.sqrt(np.maximum(eigenvalues, 0.0))
    difference = a.mean(axis=0) - b.mean(axis=0)
    return (
        difference @ difference + np.trace(sum(covariances)) - 2 * roots.sum()
    )


class Score:
    """Scores images by a classifier that is trained for it.

    Args:
        train: Images and labels to train it on.
        test: Images and labels that samples should be like.
        seed: Integer, for the training.
    """

    def __init__(self, train, test, seed):
        self.classifier = make_classifier(*train, seed)
        self.real, logits = self.describe(test[0])
        accuracy = np.mean(logits.argmax(axis=1) == test[1].ravel())
        print(f"classifier of seed {seed}: test accuracy {accuracy:.2%}")
        distance, _ = self(train[0][: len(test[0])])
        print(f"training images against test images: {distance:.2f}")

    def describe(self, images):
        return self.classifier.predict(images, batch_size=500, verbose=0)

    def __call__(self, images):
        """The distance to test images, and the share of each class."""
        features, logits = self.describe(images)
        classes = np.bincount(logits.argmax(axis=1), minlength=10)
        return frechet_distance(features, self.real), classes / len(images)
