"""The classic Keras GAN script: three calls of `train_on_batch` a step."""

import time

import keras
import numpy as np
from contenders import keras_networks
from contenders.by_hand import Rows


class ClassicKerasLoop:
    """The discriminator is thawed around its own calls.

    On Keras 3 it would never train otherwise: `trainable` reaches a model
    that is compiled already.

    Args:
        task: `Task`.
        generate: Name of the method of the generator that makes fakes. The
            scripts call `predict`, `predict_on_batch` costs less.
    """

    def __init__(self, task, generate):
        self.task = task
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy(task.policy)
        self.generator, self.discriminator = keras_networks.make(task)
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
        self.discriminator.compile(adams[0], loss)
        self.discriminator.trainable = False
        z = keras.Input((task.latent_dim,))
        scores = self.discriminator(self.generator(z))
        self.combined = keras.Model(z, scores)
        self.combined.compile(adams[1], loss)
        self.generate = getattr(self.generator, generate)
        keras.config.disable_interactive_logging()
        self.images = task.images()
        self.rows = Rows(len(self.images), task.batch_size)

    def run(self, steps):
        batch_size = self.task.batch_size
        ones, zeros = np.ones((batch_size, 1)), np.zeros((batch_size, 1))
        start = time.perf_counter()
        for _, rows in zip(range(steps), self.rows):
            noise = np.random.normal(size=(batch_size, self.task.latent_dim))
            fake = self.generate(noise)
            self.discriminator.trainable = True
            self.discriminator.train_on_batch(self.images[rows], ones)
            self.discriminator.train_on_batch(fake, zeros)
            self.discriminator.trainable = False
            self.combined.train_on_batch(noise, ones)
        return time.perf_counter() - start, steps * batch_size
