"""R3GAN: three digits in red, green and blue, and none of 1,000 left out.

    python examples/stacked_digits.py
    python examples/stacked_digits.py --dataset mnist --epochs 10

Each image is a random triple of digits, so that there are 1,000 kinds, which
can be counted. Writes samples along the way, the curves of the training and
the trained model to `--output`, and to Weights & Biases by `--wandb PROJECT`.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    (digits, _), _ = kg.datasets.load(args.dataset, value_range=(-1, 1))
    image_shape = (*digits.shape[1:3], 3)

    model = kg.models.GAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.dcgan_discriminator(image_shape, base_filters=32),
        latent_dim=args.latent_dim,
    )
    # The objective of R3GAN: scores compare real with made images, and are
    # kept flat around both.
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        loss="relativistic",
        penalties=[
            kg.losses.R1Penalty(weight=1.0),
            kg.losses.R2Penalty(weight=1.0),
        ],
    )
    writers, loggers = [kg.writers.DiskWriter(args.output)], []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    every = max(1, args.epochs // 20)
    samples = kg.callbacks.SampleGridLogger(
        num_images=100, every_n_epochs=every, writers=writers
    )
    stacks, callbacks = Stacks(digits, args.batch_size), [*loggers, samples]
    history = model.fit(stacks, epochs=args.epochs, callbacks=callbacks)
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)
    path = args.output / "stacked_digits.keras"
    model.save(path)

    images = model.generate(args.num_images, seed=0)
    # The digit in each channel, as a classifier sees it.
    classifier = kg.features.DigitClassifier("probabilities", (-1, 1))
    channels = np.moveaxis(images, -1, 0)[..., None]
    triples = zip(*(classifier(x).argmax(axis=-1) for x in channels))
    modes = len(set(triples))
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    print(f"{modes} of 1,000 triples of digits in {len(images)} samples")


class Stacks(keras.utils.PyDataset):
    """Batches of random triples of digits, one in each channel."""

    def __init__(self, digits, batch_size):
        super().__init__()
        self.digits, self.batch_size = digits, batch_size
        self.generator = np.random.default_rng(0)

    def __len__(self):
        return len(self.digits) // self.batch_size

    def __getitem__(self, index):
        shape = (3, self.batch_size)
        rows = self.generator.integers(len(self.digits), size=shape)
        return np.concatenate(self.digits[rows], axis=-1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--num-images", type=int, default=10_000)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/stacked_digits"
    )
    main(parser.parse_args())
