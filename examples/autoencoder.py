"""A dense autoencoder of digits, and what its latent space is not good for.

    python examples/autoencoder.py
    python examples/autoencoder.py --dataset mnist --epochs 10

Writes reconstructions, the latent space, images decoded from random latents,
the curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    (x_train, _), (x_test, y_test) = kg.datasets.load(args.dataset)
    image_shape = x_train.shape[1:]

    # 784-512-2 for digits of 28x28 pixels, with relu between.
    model = kg.models.Autoencoder(
        kg.networks.mlp_encoder(image_shape, args.latent_dim),
        kg.networks.mlp_decoder(args.latent_dim, image_shape),
    )
    model.compile(keras.optimizers.Adam(1e-3), loss="mean_squared_error")

    writers = [kg.writers.DiskWriter(args.output)]
    loggers = []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    pictures = {
        "every_n_epochs": max(1, args.epochs // 10),
        "writers": writers,
    }
    history = model.fit(
        x_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        validation_data=(x_test,),
        callbacks=[
            *loggers,
            kg.callbacks.ReconstructionLogger(x_test[:10], **pictures),
            kg.callbacks.LatentPlotLogger(x_test, y_test, **pictures),
        ],
    )

    # Nothing was asked of the space between the codes: random points of it,
    # within the range of the codes, decode to few of the digits again and
    # again, to smudges, and hardly ever to the other digits. See `vae.py`.
    z = model.encode(x_test)
    random = np.random.default_rng(0).uniform(
        z.min(axis=0), z.max(axis=0), (32, args.latent_dim)
    )
    decoded = kg.visualization.image_grid(model.decode(random), 8)
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("random_latents", decoded, args.epochs)
        writer.write("history", curves, args.epochs)
    path = args.output / "autoencoder.keras"
    model.save(path)

    loss = model.evaluate(x_test, verbose=0, return_dict=True)["loss"]
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(f"test loss: {loss:.2f} squared error per image")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/autoencoder"
    )
    main(parser.parse_args())
