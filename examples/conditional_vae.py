"""A VAE that is told the digit, and keeps its latents for how it is written.

    python examples/conditional_vae.py
    python examples/conditional_vae.py --dataset mnist --epochs 10

Writes reconstructions, the latent space, where the classes now lie on each
other, the same latents decoded as each class, the curves of the training and
the trained model to `--output`. With `--wandb PROJECT` logs and pictures go to
Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    # In [0, 1], which binary cross-entropy asks for.
    (x_train, y_train), (x_test, y_test) = kg.datasets.load(args.dataset)
    image_shape = x_train.shape[1:]
    num_classes = int(y_train.max()) + 1

    # The networks of `vae.py`, with labels as their second input.
    model = kg.models.VAE(
        kg.networks.mlp_encoder(
            image_shape, args.latent_dim, gaussian=True, num_classes=num_classes
        ),
        kg.networks.mlp_decoder(
            args.latent_dim, image_shape, num_classes=num_classes
        ),
    )
    model.compile(keras.optimizers.Adam(1e-3), loss="binary_crossentropy")

    writers = [kg.writers.DiskWriter(args.output)]
    loggers = []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    # Pictures of the same test images, ten times along the way.
    pictures = {
        "every_n_epochs": max(1, args.epochs // 10),
        "writers": writers,
    }
    history = model.fit(
        x_train,
        y_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        validation_data=(x_test, y_test),
        callbacks=[
            *loggers,
            kg.callbacks.ReconstructionLogger(
                x_test[:10], y_test[:10], **pictures
            ),
            kg.callbacks.LatentPlotLogger(
                x_test, y_test, manifold_rows=0, **pictures
            ),
        ],
    )

    # A row for each class. In a column is one latent: one hand that writes.
    z = np.random.default_rng(0).normal(size=(10, args.latent_dim))
    labels = np.repeat(np.arange(num_classes), len(z))
    images = model.decode(np.tile(z, (num_classes, 1)), labels)
    hands = kg.visualization.image_grid(images, len(z))
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("generated", hands, args.epochs)
        writer.write("history", curves, args.epochs)
    path = args.output / "conditional_vae.keras"
    model.save(path)

    logs = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(f"test loss: {logs['loss']:.1f} nats per image")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/conditional_vae"
    )
    main(parser.parse_args())
