"""An ACGAN of digits: each is made of the class that one asks for.

    python examples/acgan.py
    python examples/acgan.py --dataset mnist --epochs 20

Writes samples along the way, a row for each class, the curves of the training
and the trained model to `--output`. With `--wandb PROJECT` logs and pictures
go to Weights & Biases, too.
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

    # The generator is told a class. The discriminator has to tell it, by
    # logits beside its score.
    model = kg.models.ACGAN(
        kg.networks.dcgan_generator(
            args.latent_dim, image_shape, num_classes=num_classes
        ),
        kg.networks.dcgan_discriminator(image_shape, outputs=(1, num_classes)),
        latent_dim=args.latent_dim,
    )
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        loss="non_saturating",
        class_loss_weight=args.class_loss_weight,
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

    path = args.output / "acgan.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    print(
        "right classes: "
        f"{history['class_accuracy'][-1]:.0%} of the images, "
        f"{history['fake_class_accuracy'][-1]:.0%} of the samples"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--r1-weight", type=float, default=1.0)
    # With the 1 of the paper, samples of a class came out all alike.
    parser.add_argument("--class-loss-weight", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/acgan")
    main(parser.parse_args())
