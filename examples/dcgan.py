"""A DCGAN of digits, or of other images.

    python examples/dcgan.py
    python examples/dcgan.py --dataset mnist --epochs 20
    python examples/dcgan.py --dataset cifar10 --r1-weight 0.1 --epochs 20

Writes samples from the same noise along the way, the curves of the training
and the trained model to `--output`. With `--wandb PROJECT` logs and pictures
go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras

import keras_generative as kg


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, _), _ = kg.datasets.load(args.dataset, value_range=(-1, 1))
    image_shape = x_train.shape[1:]

    model = kg.models.GAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.dcgan_discriminator(image_shape),
        latent_dim=args.latent_dim,
    )
    # Each player has an optimizer of its own. No momentum (beta_1), because
    # the other player moves the goal at every step. Large steps make digits
    # early, and would throw the players off their balance later.
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        loss="non_saturating",
        # Keeps the discriminator smooth around real images. Without it the
        # rarer digits fade away after some epochs. Photographs want less of
        # it, since what tells them apart is in finer detail.
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
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "dcgan.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    print(
        f"generator loss: {history['generator_loss'][-1]:.2f}, "
        f"discriminator loss: {history['discriminator_loss'][-1]:.2f}, "
        f"accuracy: {history['discriminator_accuracy'][-1]:.0%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--r1-weight", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/dcgan")
    main(parser.parse_args())
