"""Quality of DCGAN samples against seconds of training.

    python benchmarks/dcgan_quality.py mnist.npz --seconds 24 60 120 300

Ours, with the settings of `examples/dcgan.py`, against the networks and the
loop of the classic Keras GAN collection written by hand in torch. Quality is
the Frechet distance between 10,000 samples and the test images, in the
features of a small classifier that is trained first, from a given seed.
Neither its training nor the scoring is on the clock, and neither is the
first step, which compiles.
"""

import argparse
import math
import time

import keras
import numpy as np
import scipy
from keras import layers

import keras_generative as kg


def make_classifier(x, y):
    """A small convolutional network; its features and its logits."""
    keras.utils.set_random_seed(0)
    images = keras.Input(x.shape[1:])
    h = images
    for filters in (32, 64):
        h = layers.Conv2D(filters, 3, padding="same", activation="relu")(h)
        h = layers.MaxPooling2D()(h)
    features = layers.Dense(128, activation="relu")(layers.Flatten()(h))
    logits = layers.Dense(10)(layers.Dropout(0.3)(features))
    model = keras.Model(images, logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    model.fit(x, y, epochs=3, batch_size=128, verbose=0)
    return keras.Model(images, [features, logits])


def frechet_distance(a, b):
    """Between the Gaussians of two sets of features, each (n, d)."""
    covariances = [np.cov(x.astype("float64").T) for x in (a, b)]
    # The trace of the root is the sum of the roots of the eigenvalues, also
    # where a feature is always 0 and the product is singular.
    eigenvalues = scipy.linalg.eigvals(covariances[0] @ covariances[1]).real
    roots = np.sqrt(np.maximum(eigenvalues, 0.0))
    difference = a.mean(axis=0) - b.mean(axis=0)
    return (
        difference @ difference + np.trace(sum(covariances)) - 2 * roots.sum()
    )


class Ours:
    """`GAN.fit`, with the settings of the example."""

    penalties = (kg.losses.R1Penalty(weight=1.0),)

    def __init__(self, images, batch_size):
        keras.utils.set_random_seed(1)
        shape = images.shape[1:]
        self.model = kg.models.GAN(
            kg.networks.dcgan_generator(64, shape),
            kg.networks.dcgan_discriminator(shape),
            latent_dim=64,
        )
        rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
        adams = [keras.optimizers.Adam(rate, beta_1=0.0) for _ in range(2)]
        self.model.compile(*adams, penalties=self.penalties)
        self.images = images
        self.batch_size = batch_size
        self.train(seconds=0.0)

    def train(self, seconds):
        stop = Stop(seconds)
        self.model.fit(
            self.images,
            epochs=1000,
            batch_size=self.batch_size,
            verbose=0,
            callbacks=[stop],
        )
        return stop.seconds, stop.steps

    def sample(self, num_images):
        return self.model.generate(num_images, seed=0)


class OursWithoutPenalty(Ours):
    """The same without its gradient penalty."""

    penalties = ()


class Stop(keras.callbacks.Callback):
    """Ends `fit` at a time, and measures that it took."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.steps = 0

    def on_train_begin(self, logs=None):
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        self.seconds = time.perf_counter() - self.start
        if self.seconds >= self.limit:
            self.model.stop_training = True


class Classic:
    """The classic networks in a hand-written torch loop."""

    def __init__(self, images, batch_size):
        import torch
        from torch import nn

        self.torch = torch
        torch.manual_seed(1)
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
        self.train(seconds=0.0)

    def train(self, seconds):
        start, steps, elapsed = time.perf_counter(), 0, -1.0
        while elapsed < seconds:
            self.step()
            steps, elapsed = steps + 1, time.perf_counter() - start
        return elapsed, steps

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


CONTENDERS = {
    "ours": Ours,
    "without_penalty": OursWithoutPenalty,
    "classic": Classic,
}


def main(args):
    (x_train, y_train), (x_test, _) = kg.datasets.load(args.dataset, (-1, 1))
    classifier = make_classifier(x_train, y_train)

    def describe(images):
        return classifier.predict(images, batch_size=500, verbose=0)

    real, _ = describe(x_test)
    floor = frechet_distance(describe(x_train[: len(x_test)])[0], real)
    print(f"training images against test images: {floor:.2f}")
    for name in args.contenders:
        keras.config.set_dtype_policy(args.policy)
        contender = CONTENDERS[name](x_train, args.batch_size)
        keras.config.set_dtype_policy("float32")
        total = steps = 0
        for limit in args.seconds:
            elapsed, more = contender.train(limit - total)
            total, steps = total + elapsed, steps + more
            features, logits = describe(contender.sample(10_000))
            classes = np.bincount(logits.argmax(axis=1), minlength=10)
            print(
                f"{name}: {total:.0f} s, {steps} steps, "
                f"{steps * args.batch_size / total:.0f} images/s, "
                f"distance {frechet_distance(features, real):.1f}, "
                f"rarest class {classes.min() / 100:.1f} %",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--policy", default="float32", help="of our networks")
    parser.add_argument("--seconds", type=float, nargs="+", default=[24, 60])
    parser.add_argument(
        "--contenders", nargs="+", choices=CONTENDERS, default=[*CONTENDERS]
    )
    main(parser.parse_args())
