"""InfoGAN, which is given no labels: is its code of ten the digit?

The codes are matched with the digits one to one, so that most agree. Of test
images the code is what the discriminator infers, of samples the one they were
made of.
"""

import numpy as np
import scipy
from label_tasks.judge import Judge
from label_tasks.task import Task
from label_tasks.task import digit_adams
from label_tasks.task import r1

import keras_generative as kg

NOISE_DIM = 62
NUM_CATEGORIES, NUM_CONTINUOUS = 10, 2


class InfoGAN(Task):
    """The codes of section 7.2 of https://arxiv.org/abs/1606.03657."""

    seconds = (60, 300, 600)

    def __init__(self, splits, seed):
        super().__init__(splits, seed)
        self.judge = Judge(self.test[0], self.value_range)

    def make_model(self, image_shape):
        model = kg.models.InfoGAN(
            kg.networks.dcgan_generator(
                NOISE_DIM + NUM_CATEGORIES + NUM_CONTINUOUS, image_shape
            ),
            kg.networks.dcgan_discriminator(
                image_shape, outputs=(1, NUM_CATEGORIES, NUM_CONTINUOUS)
            ),
            latent_dim=NOISE_DIM,
            num_categories=NUM_CATEGORIES,
            num_continuous=NUM_CONTINUOUS,
        )
        model.compile(**digit_adams(), penalties=[r1()])
        return model

    def data(self):
        return {"x": self.train[0], "batch_size": self.batch_size}

    def figures(self):
        images, digits = self.test
        probabilities, _ = self.model.infer_codes(images, verbose=0)
        inferred = accuracy(probabilities.argmax(axis=-1), digits)
        codes = np.arange(len(images)) % NUM_CATEGORIES
        made = self.model.generate(len(images), codes, seed=0, verbose=0)
        of_samples = accuracy(codes, self.judge.classes(made))
        return {
            "code of test images is the digit": f"{inferred:.2%}",
            "code of samples": f"{of_samples:.2%}",
            "Frechet distance": f"{self.judge.distance(made):.2f}",
        }


def accuracy(codes, digits):
    """The share of codes that are the digit, if each code stands for one."""
    counts = np.zeros((NUM_CATEGORIES, NUM_CATEGORIES), "int64")
    np.add.at(counts, (codes, digits), 1)
    matched = scipy.optimize.linear_sum_assignment(counts, maximize=True)
    return counts[matched].sum() / counts.sum()
