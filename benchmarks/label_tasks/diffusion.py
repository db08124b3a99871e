"""Diffusion that is told a digit, by `generate` with some numbers of steps.

The network is that of `examples/diffusion.py`. As many images are made as of
the GANs beside it, of the classes of the test images, without guidance.
"""

import numpy as np
from label_tasks.conditional_gans import NUM_CLASSES
from label_tasks.judge import Judge
from label_tasks.task import Task

import keras_generative as kg

WAYS = (("ddim", 50), ("dpm_solver", 15))


class Diffusion(Task):
    """`models.Diffusion` with its defaults, on a small U-Net."""

    batch_size = 64
    seconds = (600,)

    def __init__(self, splits, seed):
        super().__init__(splits, seed)
        self.judge = Judge(self.test[0], self.value_range)

    def make_model(self, image_shape):
        model = kg.models.Diffusion(
            kg.networks.unet(image_shape, num_classes=NUM_CLASSES),
            value_range=self.value_range,
        )
        model.compile()
        return model

    def figures(self):
        return {
            f"{sampler} in {steps} steps": self.described(sampler, steps)
            for sampler, steps in WAYS
        }

    def described(self, sampler, steps):
        asked = self.test[1]
        images = self.model.generate(
            len(asked), asked, 0, sampler=sampler, steps=steps, verbose=0
        )
        right = np.mean(self.judge.classes(images) == asked)
        distance = self.judge.distance(images)
        return f"{right:.2%} of asked classes, Frechet distance {distance:.2f}"
