"""Pix2pix: digits from their edges.

    python examples/pix2pix.py
    python examples/pix2pix.py --dataset mnist --epochs 5

Writes edges, what is made of them and the true digits along the way, the
curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def edges(images):
    """White where brightness changes by a fifth of its range in a pixel."""
    slopes = np.gradient(images, axis=(1, 2))
    return np.where(np.hypot(*slopes) > 0.4, 1.0, -1.0).astype("float32")


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, _), (x_test, _) = kg.datasets.load(
        args.dataset, value_range=(-1, 1)
    )
    image_shape = x_train.shape[1:]

    model = kg.models.ImageTranslation(
        kg.networks.unet_generator(image_shape, base_filters=16),
        # It is given the edges, too, and sees whether the digit is theirs.
        kg.networks.patch_discriminator(
            image_shape, source_shape=image_shape, base_filters=16
        ),
    )
    model.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
        # The mean absolute error of pixels, a hundred times.
        reconstruction_weight=100.0,
        metrics=[kg.metrics.PSNR(value_range=(-1, 1))],
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
        edges(x_test[:8]),
        x_test[:8],
        every_n_epochs=max(1, args.epochs // 10),
        writers=writers,
    )
    history = model.fit(
        edges(x_train),
        x_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        validation_data=(edges(x_test), x_test),
        callbacks=[*loggers, pictures],
    ).history
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "pix2pix.keras"
    model.save(path)
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(
        "test digits from their edges: mean absolute error "
        f"{history['val_reconstruction_loss'][-1]:.3f}, "
        f"PSNR {history['val_psnr'][-1]:.1f} dB"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/pix2pix")
    main(parser.parse_args())
