"""An InfoGAN of digits: it finds kinds of them, and is told no labels.

    python examples/infogan.py
    python examples/infogan.py --dataset mnist --epochs 20

Writes samples from the same noise along the way, what the codes have come to
mean (a column for each category, a row for each value of the first number),
the curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, _), _ = kg.datasets.load(args.dataset, value_range=(-1, 1))
    image_shape = x_train.shape[1:]

    # One code of ten categories, and two numbers. The discriminator guesses
    # both from the image.
    model = kg.models.InfoGAN(
        kg.networks.dcgan_generator(args.latent_dim + 10 + 2, image_shape),
        kg.networks.dcgan_discriminator(image_shape, outputs=(1, 10, 2)),
        latent_dim=args.latent_dim,
        num_categories=10,
        num_continuous=2,
    )
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        loss="non_saturating",
        information_weight=args.information_weight,
        penalties=[kg.losses.R1Penalty(weight=args.r1_weight)],
    )
    writers = [kg.writers.DiskWriter(args.output)]
    loggers = []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    samples = kg.callbacks.SampleGridLogger(
        num_images=100,
        every_n_epochs=max(1, args.epochs // 20),
        writers=writers,
    )
    history = model.fit(
        x_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[*loggers, samples],
    ).history
    curves = kg.visualization.plot_history(history)
    codes = draw_codes(model, args.latent_dim)
    for writer in writers:
        writer.write("history", curves, args.epochs)
        writer.write("codes", codes, args.epochs)

    path = args.output / "infogan.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    information = history["mutual_information"][-1]
    print(f"codes and samples share {information:.2f} nats or more")


def draw_codes(model, noise_dim):
    """Samples of one noise, and of all categories and some numbers."""
    values = np.repeat(np.linspace(-1.0, 1.0, 7), 10)
    categories = np.tile(np.eye(10), (7, 1))
    noise = np.random.default_rng(0).normal(size=noise_dim)
    z = np.column_stack(
        [np.tile(noise, (70, 1)), categories, values, np.zeros(70)]
    )
    return kg.visualization.image_grid(model.decode(z), 10, (-1, 1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--r1-weight", type=float, default=1.0)
    parser.add_argument("--information-weight", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/infogan")
    main(parser.parse_args())
