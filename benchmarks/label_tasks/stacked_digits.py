"""R3GAN on three digits in red, green and blue: 1,000 classes to cover.

25,600 samples are judged channel by channel. Of the 1,000 triples of digits,
modes are those that occur; the divergence is that of the shares among the
samples from equal shares, `sum(q log(q / p))` in nats.
"""

import keras
import numpy as np
from label_tasks.judge import Judge
from label_tasks.task import Task
from label_tasks.task import digit_adams

import keras_generative as kg

LATENT_DIM = 64
NUM_SAMPLES = 25_600


class StackedDigits(Task):
    """The relativistic loss, with both gradient penalties."""

    seconds = (60, 300, 600)

    def __init__(self, splits, seed):
        super().__init__(splits, seed)
        self.judge = Judge(self.test[0], self.value_range)

    def make_model(self, image_shape):
        shape = (*image_shape[:2], 3)
        model = kg.models.GAN(
            kg.networks.dcgan_generator(LATENT_DIM, shape, base_filters=32),
            kg.networks.dcgan_discriminator(shape, base_filters=32),
            latent_dim=LATENT_DIM,
        )
        model.compile(
            **digit_adams(),
            loss="relativistic",
            penalties=[
                kg.losses.R1Penalty(weight=1.0),
                kg.losses.R2Penalty(weight=1.0),
            ],
        )
        return model

    def data(self):
        return {"x": Stacks(self.train[0], self.batch_size, self.seed)}

    def figures(self):
        # In parts, as all samples and their features take much memory.
        modes = np.concatenate(
            [self.modes(seed) for seed in range(NUM_SAMPLES // 2_560)]
        )
        counts = np.bincount(modes, minlength=1000)
        return {
            "modes": f"{np.count_nonzero(counts)} of 1000",
            "reverse KL": f"{reverse_kl(counts):.3f} nats",
        }

    def modes(self, seed):
        """The triple of digits in each of some samples, from 0 to 999."""
        images = self.model.generate(2_560, seed=seed, verbose=0)
        red, green, blue = (
            self.judge.classes(images[..., channel : channel + 1])
            for channel in range(3)
        )
        return 100 * red + 10 * green + blue


class Stacks(keras.utils.PyDataset):
    """Batches of random triples of digits, one in each channel."""

    def __init__(self, digits, batch_size, seed):
        super().__init__()
        self.digits = digits
        self.batch_size = batch_size
        self.generator = np.random.default_rng(seed)

    def __len__(self):
        return len(self.digits) // self.batch_size

    def __getitem__(self, index):
        rows = self.generator.integers(
            len(self.digits), size=(3, self.batch_size)
        )
        return np.concatenate([self.digits[r] for r in rows], axis=-1)


def reverse_kl(counts):
    """Divergence of the shares of what was counted from equal shares."""
    shares = counts[counts > 0] / counts.sum()
    return float(np.sum(shares * np.log(shares * len(counts))))
