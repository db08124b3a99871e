"""pythae's own trainer, with its defaults."""

import contextlib
import io
import logging
import tempfile
import time

import numpy as np
import torch
from pythae.models import AE
from pythae.models import VAE
from pythae.models import AEConfig
from pythae.models import VAEConfig
from pythae.trainers import BaseTrainer
from pythae.trainers import BaseTrainerConfig


class PythaeTrainer:
    """784-512-2 and back, which are the networks that pythae has built in."""

    def __init__(self, task):
        logging.disable(logging.CRITICAL)
        self.task = task
        height, width, channels = task.image_shape
        arguments = {
            "input_dim": (channels, height, width),
            "latent_dim": task.latent_dim,
        }
        if task.kind == "vae":
            config = VAEConfig(reconstruction_loss="bce", **arguments)
            self.model = VAE(config)
        else:
            self.model = AE(AEConfig(**arguments))
        images = task.images()
        self.images = np.moveaxis(images, -1, 1)

    def run(self, steps):
        from pythae.data.datasets import BaseDataset

        batch_size = self.task.batch_size
        per_epoch = len(self.images) // batch_size
        epochs = max(1, round(steps / per_epoch))
        images = self.images[: min(steps, per_epoch) * batch_size]
        dataset = BaseDataset(torch.as_tensor(images), torch.zeros(len(images)))
        with tempfile.TemporaryDirectory() as folder:
            config = BaseTrainerConfig(
                output_dir=folder,
                per_device_train_batch_size=batch_size,
                num_epochs=epochs,
                learning_rate=1e-3,
            )
            with contextlib.redirect_stderr(io.StringIO()):
                trainer = BaseTrainer(
                    self.model, dataset, training_config=config
                )
                trainer.prepare_training()
                start = time.perf_counter()
                for epoch in range(1, epochs + 1):
                    trainer.train_step(epoch)
                seconds = time.perf_counter() - start
        return seconds, epochs * len(images)
