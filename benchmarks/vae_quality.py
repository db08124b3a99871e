"""Test loss of the 784-512-2 VAE, ours against a loop by hand in torch.

    python benchmarks/vae_quality.py mnist.npz --seeds 1 2 3

Binary cross-entropy summed over pixels plus KL, Adam with 1e-3, batches of
128. The loss is that of test images on one latent each, in nats.
"""

import argparse

import keras
import numpy as np

import keras_generative as kg


class Ours:
    """`VAE.fit`, with the settings of `examples/vae.py`."""

    def __init__(self, seed):
        keras.utils.set_random_seed(seed)
        self.model = kg.models.VAE(
            kg.networks.mlp_encoder((28, 28, 1), 2, gaussian=True),
            kg.networks.mlp_decoder(2, (28, 28, 1)),
        )
        self.model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")

    def train(self, images, epochs):
        self.model.fit(images, epochs=epochs, batch_size=128, verbose=0)

    def test(self, images):
        logs = self.model.evaluate(images, verbose=0, return_dict=True)
        return logs["loss"]


class ByHand:
    """The same in plain torch, with torch's own initial weights."""

    def __init__(self, seed):
        import torch
        from torch import nn

        torch.manual_seed(seed)
        self.torch = torch
        self.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 4)
        )
        self.decoder = nn.Sequential(
            nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, 784)
        )
        networks = nn.ModuleList([self.encoder, self.decoder])
        self.adam = torch.optim.Adam(networks.parameters(), 1e-3, eps=1e-7)

    def loss(self, images):
        torch = self.torch
        z_mean, z_log_var = self.encoder(images).chunk(2, dim=1)
        z = z_mean + (0.5 * z_log_var).exp() * torch.randn_like(z_mean)
        reconstruction = torch.nn.functional.binary_cross_entropy_with_logits(
            self.decoder(z), images.flatten(1), reduction="sum"
        )
        kl = 0.5 * (z_log_var.exp() + z_mean**2 - 1 - z_log_var).sum()
        return (reconstruction + kl) / len(images)

    def train(self, images, epochs):
        images = self.torch.as_tensor(images)
        for _ in range(epochs):
            order = self.torch.randperm(len(images))
            for rows in order.split(128):
                self.adam.zero_grad()
                self.loss(images[rows]).backward()
                self.adam.step()

    def test(self, images):
        with self.torch.no_grad():
            return float(self.loss(self.torch.as_tensor(images)))


def main(args):
    (x_train, _), (x_test, _) = kg.datasets.load(args.dataset)
    for contender in (Ours, ByHand):
        losses = []
        for seed in args.seeds:
            model = contender(seed)
            row = []
            for epochs in np.diff([0, *args.epochs]):
                model.train(x_train, int(epochs))
                row.append(model.test(x_test))
            losses.append(row)
            print(
                f"{contender.__name__}, seed {seed}:",
                *(f"{loss:.1f}" for loss in row),
                flush=True,
            )
        for epoch, values in zip(args.epochs, np.transpose(losses)):
            print(
                f"{contender.__name__}, {epoch} epochs: "
                f"{np.mean(values):.1f}, from {min(values):.1f} "
                f"to {max(values):.1f}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5, 10])
    main(parser.parse_args())
