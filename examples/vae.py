"""A variational autoencoder of digits, and a map of its latent space.

    python examples/vae.py
    python examples/vae.py --dataset mnist --epochs 10

Writes reconstructions, the latent space, the decoded manifold, new images,
the curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras

import keras_generative as kg


def main(args):
    # Real images with values in [0, 1], which binary cross-entropy asks for.
    (x_train, _), (x_test, y_test) = kg.datasets.load(args.dataset)
    image_shape = x_train.shape[1:]

    # 784-512-2 for digits of 28x28 pixels. The encoder has two outputs, the
    # mean and the log variance of the latent.
    model = kg.models.VAE(
        kg.networks.mlp_encoder(image_shape, args.latent_dim, gaussian=True),
        kg.networks.mlp_decoder(args.latent_dim, image_shape),
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
        epochs=args.epochs,
        batch_size=args.batch_size,
        validation_data=(x_test,),
        callbacks=[
            *loggers,
            kg.callbacks.ReconstructionLogger(x_test[:10], **pictures),
            kg.callbacks.LatentPlotLogger(x_test, y_test, **pictures),
        ],
    )

    # New images, decoded from the prior, and how the training went.
    generated = kg.visualization.image_grid(model.generate(32, seed=0), 8)
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("generated", generated, args.epochs)
        writer.write("history", curves, args.epochs)
    path = args.output / "vae.keras"
    model.save(path)

    loss = model.evaluate(x_test, verbose=0, return_dict=True)["loss"]
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(f"test loss: {loss:.1f} nats per image")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/vae")
    main(parser.parse_args())
