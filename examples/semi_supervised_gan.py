"""A classifier of digits that is told few labels, and plays against fakes.

    python examples/semi_supervised_gan.py
    python examples/semi_supervised_gan.py --dataset mnist --epochs 20

Writes samples from the same noise along the way, the curves of the training
and the trained model to `--output`. With `--wandb PROJECT` logs and pictures
go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, y_train), (x_test, y_test) = kg.datasets.load(
        args.dataset, value_range=(-1, 1)
    )
    image_shape = x_train.shape[1:]
    num_classes = int(y_train.max()) + 1
    # Of all but some images it is not known what they show.
    order = np.random.default_rng(0).permutation(len(y_train))
    y_train[order[args.num_labels :]] = -1

    # The discriminator is a classifier. What is of no class is fake.
    model = kg.models.SemiSupervisedGAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.dcgan_discriminator(image_shape, outputs=(num_classes,)),
        latent_dim=args.latent_dim,
    )
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        loss="non_saturating",
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
        y_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[*loggers, samples],
    ).history
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "semi_supervised_gan.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    right = model.classify(x_test).argmax(axis=-1) == y_test
    print(f"right classes: {right.mean():.1%} of the test images")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--r1-weight", type=float, default=1.0)
    parser.add_argument("--num-labels", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/semi_supervised_gan"
    )
    main(parser.parse_args())
