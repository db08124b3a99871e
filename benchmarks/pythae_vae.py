"""The VAE of `vae_likelihood.py` in pythae: its model, trainer, estimate."""

import math
import pathlib

import numpy as np
import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE
from pythae.models import VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder
from pythae.models.nn import BaseEncoder
from pythae.trainers import BaseTrainer
from pythae.trainers import BaseTrainerConfig
from torch import nn

SHAPE = (1, 28, 28)


class Encoder(BaseEncoder):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(math.prod(SHAPE), 400), nn.ReLU()
        )
        self.heads = nn.ModuleList([nn.Linear(400, 40), nn.Linear(400, 40)])

    def forward(self, x):
        hidden = self.hidden(x)
        z_mean, z_log_var = (head(hidden) for head in self.heads)
        return ModelOutput(embedding=z_mean, log_covariance=z_log_var)


class Decoder(BaseDecoder):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(40, 400),
            nn.ReLU(),
            nn.Linear(400, math.prod(SHAPE)),
            nn.Sigmoid(),
            nn.Unflatten(1, SHAPE),
        )

    def forward(self, z):
        return ModelOutput(reconstruction=self.layers(z))


def nats(seed, args, splits, batch_size, folder):
    """-log p(x) of each test image."""
    x_train, x_valid, x_test = (
        torch.as_tensor(np.moveaxis(x, -1, 1)) for x in splits
    )
    torch.manual_seed(seed)
    config = VAEConfig(SHAPE, 40, reconstruction_loss="bce")
    trainer = BaseTrainer(
        VAE(config, Encoder(), Decoder()),
        *(BaseDataset(x, torch.zeros(len(x))) for x in (x_train, x_valid)),
        BaseTrainerConfig(
            str(folder),
            per_device_train_batch_size=batch_size,
            per_device_eval_batch_size=batch_size,
            num_epochs=args.epochs,
            learning_rate=1e-4,
            scheduler_cls="MultiStepLR",
            scheduler_params={"milestones": [200, 350], "gamma": 10**-0.2},
            seed=seed,
        ),
    )
    trainer.train()
    best = pathlib.Path(trainer.training_dir) / "final_model"
    model = VAE.load_from_folder(str(best)).eval()
    with torch.no_grad():
        return np.array(
            [-model.get_nll(x[None], args.samples, 100) for x in x_test]
        )
