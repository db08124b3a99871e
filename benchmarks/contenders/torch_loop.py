"""The same algorithms and networks by hand in torch, channels last."""

import contextlib
import math
import time

import torch
from contenders.by_hand import Rows
from torch import nn
from torch.nn import functional


class TorchLoop:
    """The data set in memory, no callbacks, no metrics."""

    def __init__(self, task, compiled=False):
        self.task = task
        torch.manual_seed(0)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        images = torch.as_tensor(task.images()).permute(0, 3, 1, 2)
        self.images = images.contiguous().to(self.device)
        self.rows = Rows(len(self.images), task.batch_size)
        self.networks = [
            network.to(self.device, memory_format=torch.channels_last)
            for network in NETWORKS[task.networks](task)
        ]
        arguments = {
            "gan": {"lr": 2e-4, "betas": (0.5, 0.999)},
            "wgan_gp": {"lr": 1e-3, "betas": (0.0, 0.9)},
        }.get(task.kind, {"lr": 1e-3})
        parameters = [list(network.parameters()) for network in self.networks]
        if task.kind in ("autoencoder", "vae"):
            parameters = [sum(parameters, [])]
        self.adams = [
            torch.optim.Adam(p, eps=1e-7, fused=True, **arguments)
            for p in parameters
        ]
        self.step = {
            "autoencoder": self.autoencoder_step,
            "vae": self.vae_step,
            "gan": self.gan_step,
            "wgan_gp": self.wgan_gp_step,
        }[task.kind]
        if compiled:
            self.networks = [torch.compile(n) for n in self.networks]

    def run(self, steps):
        start = time.perf_counter()
        for _, rows in zip(range(steps), self.rows):
            with self.precision():
                loss = self.step(self.real(rows))
        loss.item()
        seconds = time.perf_counter() - start
        return seconds, steps * self.task.batch_size

    def precision(self):
        if self.task.policy == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self.device, torch.bfloat16)

    def real(self, rows):
        rows = torch.as_tensor(rows).to(self.device)
        return self.images[rows].to(memory_format=torch.channels_last)

    def noise(self):
        shape = self.task.batch_size, self.task.latent_dim
        return torch.randn(shape, device=self.device)

    def autoencoder_step(self, images):
        encoder, decoder = self.networks
        return self.descend(0, cross_entropy(images, decoder(encoder(images))))

    def vae_step(self, images):
        encoder, decoder = self.networks
        z_mean, z_log_var = encoder(images).chunk(2, dim=1)
        z = z_mean + (0.5 * z_log_var).exp() * self.noise()
        kl = 0.5 * (z_log_var.exp() + z_mean**2 - 1 - z_log_var)
        loss = cross_entropy(images, decoder(z)) + kl.sum(dim=1).mean()
        return self.descend(0, loss)

    def gan_step(self, real):
        generator, discriminator = self.networks
        fake = generator(self.noise())
        loss = functional.softplus(-discriminator(real)).mean()
        loss = loss + functional.softplus(discriminator(fake.detach())).mean()
        self.descend(1, loss)
        return self.update_generator(
            fake, lambda scores: functional.softplus(-scores).mean()
        )

    def wgan_gp_step(self, real):
        generator, discriminator = self.networks
        for last in reversed(range(self.task.discriminator_steps)):
            with contextlib.nullcontext() if last == 0 else torch.no_grad():
                fake = generator(self.noise())
            mix = torch.rand((len(real), 1, 1, 1), device=self.device)
            mixed = real + mix * (fake.detach() - real)
            mixed.requires_grad_()
            slopes = torch.autograd.grad(
                discriminator(mixed).sum(), mixed, create_graph=True
            )[0]
            norms = (slopes.square().sum(dim=(1, 2, 3)) + 1e-12).sqrt()
            loss = discriminator(fake.detach()).mean()
            loss = loss - discriminator(real).mean()
            self.descend(1, loss + 10.0 * (norms - 1).square().mean())
        return self.update_generator(fake, lambda scores: -scores.mean())

    def update_generator(self, fake, loss_fn):
        # Frozen: no gradients are computed for the weights of the critic.
        discriminator = self.networks[1].requires_grad_(False)
        loss = loss_fn(discriminator(fake))
        self.descend(0, loss)
        discriminator.requires_grad_(True)
        return loss

    def descend(self, player, loss):
        self.adams[player].zero_grad(set_to_none=True)
        loss.backward()
        self.adams[player].step()
        return loss.detach()


def cross_entropy(images, logits):
    """Binary, summed over pixels, averaged over the batch."""
    total = functional.binary_cross_entropy_with_logits(
        logits, images, reduction="sum"
    )
    return total / len(images)


def mlp(task):
    """784-512-2 and back; logits of pixels."""
    size = math.prod(task.image_shape)
    channels_first = (task.image_shape[-1], *task.image_shape[:2])
    outputs = task.latent_dim * (1 if task.kind == "autoencoder" else 2)
    encoder = nn.Sequential(
        nn.Flatten(), nn.Linear(size, 512), nn.ReLU(), nn.Linear(512, outputs)
    )
    decoder = nn.Sequential(
        nn.Linear(task.latent_dim, 512),
        nn.ReLU(),
        nn.Linear(512, size),
        nn.Unflatten(1, channels_first),
    )
    return encoder, decoder


def conv(task):
    height, width, channels = task.image_shape
    smallest = (64, height // 4, width // 4)
    encoder = nn.Sequential(
        nn.Conv2d(channels, 32, 3, 2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, 2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(math.prod(smallest), 2 * task.latent_dim),
    )
    decoder = nn.Sequential(
        nn.Linear(task.latent_dim, math.prod(smallest)),
        nn.ReLU(),
        nn.Unflatten(1, smallest),
        nn.ConvTranspose2d(64, 32, 3, 2, padding=1, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(32, channels, 3, 2, padding=1, output_padding=1),
    )
    return encoder, decoder


def classic_dcgan(task):
    height, width, channels = task.image_shape
    smallest = (128, height // 4, width // 4)
    blocks, depth = [], 128
    for filters in (128, 64):
        blocks += [
            nn.Upsample(scale_factor=2),
            nn.Conv2d(depth, filters, 3, padding=1),
            nn.BatchNorm2d(filters, momentum=0.2),
            nn.ReLU(),
        ]
        depth = filters
    generator = nn.Sequential(
        nn.Linear(task.latent_dim, math.prod(smallest)),
        nn.ReLU(),
        nn.Unflatten(1, smallest),
        *blocks,
        nn.Conv2d(depth, channels, 3, padding=1),
        nn.Tanh(),
    )
    blocks, depth = [], channels
    for filters, stride in ((32, 2), (64, 2), (128, 2), (256, 1)):
        blocks.append(nn.Conv2d(depth, filters, 3, stride, padding=1))
        if filters > 32:
            blocks.append(nn.BatchNorm2d(filters, momentum=0.2))
        blocks += [nn.LeakyReLU(0.2), nn.Dropout(0.25)]
        depth = filters
    side = math.ceil(height / 8) * math.ceil(width / 8)
    discriminator = nn.Sequential(
        *blocks, nn.Flatten(), nn.Linear(depth * side, 1)
    )
    return generator, discriminator


def small_dcgan(task):
    channels = task.image_shape[-1]
    generator = nn.Sequential(
        nn.Linear(task.latent_dim, 64 * 7 * 7, bias=False),
        nn.Unflatten(1, (64, 7, 7)),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, 2, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.ConvTranspose2d(32, channels, 4, 2, padding=1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(channels, 16, 4, 2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 32, 4, 2, padding=1),
        nn.LeakyReLU(0.2),
        nn.ZeroPad2d((1, 2, 1, 2)),
        nn.Conv2d(32, 64, 4, 2),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(64 * 4 * 4, 1),
    )
    return generator, discriminator


NETWORKS = {
    "mlp": mlp,
    "conv": conv,
    "classic_dcgan": classic_dcgan,
    "small_dcgan": small_dcgan,
}
