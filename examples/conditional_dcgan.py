"""A DCGAN that draws the digit it is asked for.

    python examples/conditional_dcgan.py
    python examples/conditional_dcgan.py --dataset mnist --epochs 20

Writes samples from the same noise along the way, a row for each class, the
curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras

import keras_generative as kg


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, y_train), _ = kg.datasets.load(args.dataset, value_range=(-1, 1))
    image_shape = x_train.shape[1:]
    num_classes = int(y_train.max()) + 1

    # Networks with a second input are given the labels of `fit` there. The
    # generator joins an embedding of the label to the noise. The
    # discriminator adds to its score how far the features of an image point
    # in the direction of its class, which is what projection means.
    model = kg.models.GAN(
        kg.networks.dcgan_generator(
            args.latent_dim, image_shape, num_classes=num_classes
        ),
        kg.networks.dcgan_discriminator(image_shape, num_classes=num_classes),
        latent_dim=args.latent_dim,
    )
    # As in `dcgan.py`.
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
        num_images=10 * num_classes,
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

    # One image of each class, in order.
    images = model.generate(num_classes, labels=range(num_classes), seed=0)
    classes = kg.visualization.image_grid(images, num_classes, (-1, 1))
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("classes", classes, args.epochs)
        writer.write("history", curves, args.epochs)
    path = args.output / "conditional_dcgan.keras"
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
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/conditional_dcgan"
    )
    main(parser.parse_args())
