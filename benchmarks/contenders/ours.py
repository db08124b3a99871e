"""`fit`, `generate` and `encode` of this package."""

import tempfile
import time

import keras
from contenders import keras_networks

import keras_generative as kg


class Ours:
    """With the package's defaults, or other arguments for `compile`."""

    def __init__(self, task, **compile_arguments):
        self.task = task
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy(task.policy)
        networks = keras_networks.make(task)
        if task.kind in ("gan", "wgan_gp"):
            self.model = kg.models.GAN(*networks, task.latent_dim)
        elif task.kind == "autoencoder":
            self.model = kg.models.Autoencoder(*networks)
        else:
            self.model = kg.models.VAE(*networks)
        if task.kind == "gan":
            self.model.compile(
                keras.optimizers.Adam(2e-4, beta_1=0.5),
                keras.optimizers.Adam(2e-4, beta_1=0.5),
                **compile_arguments,
            )
        elif task.kind == "wgan_gp":
            self.model.compile(
                keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9),
                keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9),
                loss="wasserstein",
                penalties=["gradient_penalty"],
                discriminator_steps=task.discriminator_steps,
                **compile_arguments,
            )
        else:
            self.model.compile(
                keras.optimizers.Adam(1e-3),
                loss="binary_crossentropy",
                **compile_arguments,
            )
        self.images = task.images()

    def run(self, steps):
        """Seconds that so many steps took, and how many images they saw."""
        return getattr(self, self.task.action)(steps)

    def train(self, steps):
        """In epochs of at most the data set, from the first step's begin."""
        per_epoch = len(self.images) // self.task.batch_size
        epochs = max(1, round(steps / per_epoch))
        num_images = min(steps, per_epoch) * self.task.batch_size
        clock = Clock()
        self.model.fit(
            self.images[:num_images],
            batch_size=self.task.batch_size,
            epochs=epochs,
            verbose=0,
            callbacks=[*self.callbacks(), clock],
        )
        return clock.seconds, epochs * num_images

    def epochs(self, steps):
        """A step is all images once, so that callbacks have their turn."""
        return self.train(steps * len(self.images) // self.task.batch_size)

    def callbacks(self):
        """None, unless a subclass says otherwise."""
        return []

    def generate(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.model.generate(self.task.num_images, seed=0, verbose=0)
        return time.perf_counter() - start, steps * self.task.num_images

    def encode(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.model.encode(self.images, verbose=0)
        return time.perf_counter() - start, steps * len(self.images)


class OursWithPictures(Ours):
    """The same with samples and logs to Weights & Biases, offline."""

    def __init__(self, task):
        import wandb

        super().__init__(task)
        self.folder = tempfile.TemporaryDirectory()
        wandb.init(mode="offline", dir=self.folder.name)

    def callbacks(self):
        disk = kg.writers.DiskWriter(self.folder.name)
        writers = [disk, kg.writers.WandbWriter()]
        samples = kg.callbacks.SampleGridLogger(writers=writers)
        return [kg.callbacks.WandbLogger(), samples]


class Clock(keras.callbacks.Callback):
    """The seconds that training took."""

    def on_train_begin(self, logs=None):
        self.start = time.perf_counter()

    def on_train_end(self, logs=None):
        self.seconds = time.perf_counter() - self.start
