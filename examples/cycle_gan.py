"""A CycleGAN between white digits and blue ones on yellow paper.

    python examples/cycle_gan.py
    python examples/cycle_gan.py --dataset mnist --epochs 2

No digit is in both domains: what becomes of a digit on the other side is
found without pairs. Writes digits, what is made of them and the way back, for
both directions, the curves of the training and the trained model to
`--output`. With `--wandb PROJECT` logs and pictures go to Weights & Biases.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg

PAPER, INK = np.array([1.0, 0.7, -0.2]), np.array([-0.8, -0.6, 0.4])


def on_paper(images):
    """Images in [-1, 1] from paper, where they are black, to ink."""
    share = (images[..., :1] + 1.0) / 2.0
    return (PAPER + share * (INK - PAPER)).astype("float32")


def main(args):
    (x_train, _), (x_test, _) = kg.datasets.load(
        args.dataset, value_range=(-1, 1)
    )
    batches = kg.datasets.UnpairedBatches(
        x_train[::2], on_paper(x_train[1::2]), batch_size=args.batch_size
    )
    a, b = (images.shape[1:] for images in batches[0])

    model = kg.models.CycleGAN(
        kg.networks.unet_generator(a, b[-1], base_filters=16, dropout=0.0),
        kg.networks.unet_generator(b, a[-1], base_filters=16, dropout=0.0),
        kg.networks.patch_discriminator(a, base_filters=16),
        kg.networks.patch_discriminator(b, base_filters=16),
    )
    model.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    )
    writers = [kg.writers.DiskWriter(args.output)]
    loggers = []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    pictures = kg.callbacks.TranslationLogger(
        x_test[:6],
        on_paper(x_test[6:12]),
        every_n_epochs=max(1, args.epochs // 10),
        writers=writers,
    )
    history = model.fit(
        batches, epochs=args.epochs, callbacks=[*loggers, pictures]
    ).history
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "cycle_gan.keras"
    model.save(path)
    # What no training has seen: the same digits on both sides.
    distances = [
        np.abs(model.translate(images, direction) - others).mean()
        for images, others, direction in (
            (x_test, on_paper(x_test), "ab"),
            (on_paper(x_test), x_test, "ba"),
        )
    ]
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(
        "mean error of test digits: {:.3f} to paper, {:.3f} back".format(
            *distances
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/cycle_gan"
    )
    main(parser.parse_args())
