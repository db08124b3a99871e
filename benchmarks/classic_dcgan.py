"""The DCGAN of the classic Keras GAN collection, by hand in torch."""

import math

import numpy as np


class Classic:
    """The classic networks in a hand-written torch loop."""

    def __init__(self, images, batch_size, seed):
        import torch
        from torch import nn

        self.torch = torch
        torch.manual_seed(seed)
        self.images = torch.as_tensor(images).permute(0, 3, 1, 2).contiguous()
        self.batch_size = batch_size
        channels, side = images.shape[-1], images.shape[1]
        maps = (128, side // 4, side // 4)
        self.generator = nn.Sequential(
            nn.Linear(100, int(np.prod(maps))),
            nn.ReLU(),
            nn.Unflatten(1, maps),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(128, 128, 3, padding=1),
            nn.BatchNorm2d(128, momentum=0.2),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(128, 64, 3, padding=1),
            nn.BatchNorm2d(64, momentum=0.2),
            nn.ReLU(),
            nn.Conv2d(64, channels, 3, padding=1),
            nn.Tanh(),
        ).to(memory_format=torch.channels_last)
        blocks, depth = [], channels
        for filters, stride in ((32, 2), (64, 2), (128, 2), (256, 1)):
            blocks.append(nn.Conv2d(depth, filters, 3, stride, padding=1))
            if filters > 32:
                blocks.append(nn.BatchNorm2d(filters, momentum=0.2))
            blocks += [nn.LeakyReLU(0.2), nn.Dropout(0.25)]
            depth = filters
        # Three strides of 2, each rounded up.
        blocks += [nn.Flatten(), nn.Linear(depth * math.ceil(side / 8) ** 2, 1)]
        self.discriminator = nn.Sequential(*blocks).to(
            memory_format=torch.channels_last
        )
        self.adams = [
            torch.optim.Adam(network.parameters(), 2e-4, betas=(0.5, 0.999))
            for network in (self.generator, self.discriminator)
        ]

    def train(self, clock):
        self.step()
        while not clock.step(self.sample):
            self.step()

    def step(self):
        torch = self.torch
        softplus = torch.nn.functional.softplus
        rows = torch.randint(len(self.images), (self.batch_size,))
        real = self.images[rows].to(memory_format=torch.channels_last)
        fake = self.generator(torch.randn(self.batch_size, 100))
        loss = softplus(-self.discriminator(real)).mean()
        loss = loss + softplus(self.discriminator(fake.detach())).mean()
        self.adams[1].zero_grad(set_to_none=True)
        loss.backward()
        self.adams[1].step()
        loss = softplus(-self.discriminator(fake)).mean()
        self.adams[0].zero_grad(set_to_none=True)
        loss.backward()
        self.adams[0].step()

    def sample(self, num_images):
        torch = self.torch
        self.generator.eval()
        noise = torch.randn(num_images, 100).split(500)
        with torch.no_grad():
            images = torch.cat([self.generator(z) for z in noise])
        self.generator.train()
        return images.permute(0, 2, 3, 1).numpy()
