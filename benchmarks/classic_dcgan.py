"""The DCGAN of the classic Keras GAN collection, by hand in torch."""

import dataclasses

from contenders.tasks import DCGAN


class Classic:
    """The classic networks in a hand-written torch loop."""

    def __init__(self, images, batch_size, seed):
        import torch
        from contenders import torch_loop

        self.torch = torch
        torch.manual_seed(seed)
        self.images = torch.as_tensor(images).permute(0, 3, 1, 2).contiguous()
        self.batch_size = batch_size
        task = dataclasses.replace(DCGAN, image_shape=images.shape[1:])
        self.generator, self.discriminator = (
            network.to(memory_format=torch.channels_last)
            for network in torch_loop.classic_dcgan(task)
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
