"""What contenders race at: the same networks and algorithm for all."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Task:
    """One race: what is done, with which networks, at which sizes."""

    kind: str  # "autoencoder", "vae", "gan" or "wgan_gp"
    networks: str  # "mlp", "conv", "classic_dcgan" or "small_dcgan"
    action: str = "train"  # or "epochs", "generate", "encode": all images
    batch_size: int = 128
    image_shape: tuple = (28, 28, 1)
    latent_dim: int = 2
    policy: str = "float32"  # a Keras dtype policy
    discriminator_steps: int = 1
    num_images: int = 60_000

    @property
    def images_per_step(self):
        """A step of what is no training is all images at once."""
        return self.batch_size if self.action == "train" else self.num_images

    def images(self):
        """Noise, in [0, 1]: what is in an image does not matter for speed."""
        count = self.num_images if self.image_shape[0] < 64 else 10_000
        generator = np.random.default_rng(0)
        return generator.random((count, *self.image_shape), "float32")

    def latents(self):
        generator = np.random.default_rng(0)
        shape = (self.num_images, self.latent_dim)
        return generator.standard_normal(shape, "float32")


DCGAN = Task("gan", "classic_dcgan", latent_dim=100)
TASKS = {
    "autoencoder_mlp": Task("autoencoder", "mlp"),
    "vae_mlp": Task("vae", "mlp"),
    "vae_conv_28": Task("vae", "conv", latent_dim=16),
    "vae_conv_64_colour": Task(
        "vae", "conv", batch_size=64, image_shape=(64, 64, 3), latent_dim=64
    ),
    "dcgan_32": dataclasses.replace(DCGAN, batch_size=32),
    "dcgan_128": DCGAN,
    "dcgan_32_bf16": dataclasses.replace(
        DCGAN, batch_size=32, policy="mixed_bfloat16"
    ),
    "dcgan_128_bf16": dataclasses.replace(DCGAN, policy="mixed_bfloat16"),
    "wgan_gp": Task(
        "wgan_gp",
        "small_dcgan",
        batch_size=32,
        latent_dim=64,
        discriminator_steps=5,
    ),
    "dcgan_epochs": Task(
        "gan", "small_dcgan", action="epochs", batch_size=32, latent_dim=64
    ),
    "generate": dataclasses.replace(
        DCGAN, action="generate", num_images=10_000
    ),
    "encode": Task("vae", "mlp", action="encode"),
}
