"""A classifier that is told 100 of 60,000 labels, with and without a GAN.

Ten labels of each class, drawn by the seed. Alone is the same network, trained
on the 100 images until it tells all of them. The GAN matches features, as in
section 3.1 of https://arxiv.org/abs/1606.03498.
"""

import keras
import numpy as np
from label_tasks.task import Task
from label_tasks.task import digit_adams
from label_tasks.task import r1

import keras_generative as kg

LATENT_DIM = 64
NUM_CLASSES = 10
LABELS_OF_EACH = 10
# Of a batch of 64.
NUM_LABELLED, NUM_UNLABELLED = 16, 48


class SemiSupervisedGAN(Task):
    """`models.SemiSupervisedGAN`, beside the classifier alone."""

    seconds = (60, 300, 600)

    def __init__(self, splits, seed):
        super().__init__(splits, seed)
        self.known = known_rows(self.train[1], seed)
        self.alone = self.accuracy_alone()

    def make_model(self, image_shape):
        model = kg.models.SemiSupervisedGAN(
            kg.networks.dcgan_generator(LATENT_DIM, image_shape),
            classifier(image_shape),
            latent_dim=LATENT_DIM,
        )
        model.compile(**digit_adams(), penalties=[r1()])
        return model

    def data(self):
        return {"x": FewLabels(*self.train, self.known, self.seed)}

    def figures(self):
        probabilities = self.model.classify(self.test[0], verbose=0)
        return {
            "test accuracy": f"{self.accuracy(probabilities):.2%}",
            "of the 100 alone": f"{self.alone:.2%}",
        }

    def accuracy_alone(self):
        x, y = (array[self.known] for array in self.train)
        network = classifier(x.shape[1:])
        logits = keras.Model(network.input, network.outputs[0])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        logits.compile(keras.optimizers.Adam(1e-3), loss)
        logits.fit(x, y, epochs=200, batch_size=20, verbose=0)
        return self.accuracy(logits.predict(self.test[0], verbose=0))

    def accuracy(self, scores):
        return np.mean(scores.argmax(axis=-1) == self.test[1])


class FewLabels(keras.utils.PyDataset):
    """Batches in which some have labels, and the others -1.

    Left to chance, most batches would have no label at all.
    """

    def __init__(self, images, labels, known, seed):
        super().__init__()
        self.images, self.labels, self.known = images, labels, known
        self.generator = np.random.default_rng(seed)

    def __len__(self):
        return len(self.images) // (NUM_LABELLED + NUM_UNLABELLED)

    def __getitem__(self, index):
        known = self.generator.choice(self.known, NUM_LABELLED)
        others = self.generator.integers(len(self.images), size=NUM_UNLABELLED)
        images = self.images[np.concatenate([known, others])]
        unknown = np.full(NUM_UNLABELLED, -1)
        return images, np.concatenate([self.labels[known], unknown])


def known_rows(labels, seed):
    """The rows of as many images of each class."""
    generator = np.random.default_rng(seed)
    rows = [
        generator.choice(np.flatnonzero(labels == c), LABELS_OF_EACH, False)
        for c in range(NUM_CLASSES)
    ]
    return np.concatenate(rows)


def classifier(image_shape):
    """The discriminator of `examples/dcgan.py`: logits, and features."""
    network = kg.networks.dcgan_discriminator(
        image_shape, outputs=(NUM_CLASSES,)
    )
    features = network.layers[-1].input
    return keras.Model(network.input, [network.output, features])
