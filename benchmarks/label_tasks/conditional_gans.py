"""GANs that are told a digit: is it the one that they draw?

Both have the networks and the optimizers of `examples/dcgan.py`, which is here
too, without labels. They are asked for the classes of the test images, so that
the distance to these is not that of other shares of the classes.
"""

import numpy as np
from label_tasks.judge import Judge
from label_tasks.task import Task
from label_tasks.task import digit_adams
from label_tasks.task import r1

import keras_generative as kg

LATENT_DIM = 64
NUM_CLASSES = 10


class DCGAN(Task):
    """`examples/dcgan.py`, which sees no labels."""

    num_classes = None

    def __init__(self, splits, seed):
        super().__init__(splits, seed)
        self.judge = Judge(self.test[0], self.value_range)

    def make_model(self, image_shape):
        model = kg.models.GAN(
            kg.networks.dcgan_generator(
                LATENT_DIM, image_shape, num_classes=self.num_classes
            ),
            kg.networks.dcgan_discriminator(
                image_shape, num_classes=self.num_classes
            ),
            latent_dim=LATENT_DIM,
        )
        model.compile(**digit_adams(), penalties=[r1()])
        return model

    def data(self):
        return {"x": self.train[0], "batch_size": self.batch_size}

    def figures(self):
        images = self.model.generate(len(self.test[0]), seed=0, verbose=0)
        return self.described(images, self.judge.classes(images))

    def described(self, images, seen):
        counts = np.bincount(seen, minlength=NUM_CLASSES)
        return {
            "Frechet distance": f"{self.judge.distance(images):.2f}",
            "rarest digit": f"{counts.min() / len(seen):.1%}",
        }


class ConditionalDCGAN(DCGAN):
    """The same with labels, and a projection in the discriminator."""

    num_classes = NUM_CLASSES
    data = Task.data

    def figures(self):
        asked = self.test[1]
        images = self.model.generate(len(asked), asked, seed=0, verbose=0)
        seen = self.judge.classes(images)
        return {
            "asked class is seen": f"{np.mean(seen == asked):.2%}",
            **self.described(images, seen),
        }


class ACGAN(ConditionalDCGAN):
    """A discriminator that names the class, which it is not told."""

    def make_model(self, image_shape):
        model = kg.models.ACGAN(
            kg.networks.dcgan_generator(
                LATENT_DIM, image_shape, num_classes=NUM_CLASSES
            ),
            kg.networks.dcgan_discriminator(
                image_shape, outputs=(1, NUM_CLASSES)
            ),
            latent_dim=LATENT_DIM,
        )
        model.compile(**digit_adams(), penalties=[r1()])
        return model
