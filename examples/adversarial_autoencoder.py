"""An adversarial autoencoder of digits: its codes follow a prior.

    python examples/adversarial_autoencoder.py
    python examples/adversarial_autoencoder.py --dataset mnist --epochs 50

Writes samples, reconstructions and the latent space along the way, the curves
of the training and the trained model to `--output`. With `--prior ring` the
prior is a ring of ten Gaussians, and the discriminator is told the digit, so
that each has one of them; with `--wandb PROJECT` logs and pictures go to
Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    (x_train, y_train), (x_test, y_test) = kg.datasets.load(args.dataset)
    image_shape = x_train.shape[1:]

    prior, num_classes = kg.priors.StandardNormal(), None
    if args.prior == "ring":
        angles = np.linspace(0.0, 2.0 * np.pi, 10, endpoint=False)
        means = 4.0 * np.column_stack([np.cos(angles), np.sin(angles)])
        prior, num_classes = kg.priors.GaussianMixture.of(means, 0.5), 10
    model = kg.models.AdversarialAutoencoder(
        kg.networks.mlp_encoder(image_shape, latent_dim=2),
        kg.networks.mlp_decoder(2, image_shape),
        # It sees latents, never an image.
        kg.networks.mlp_discriminator((2,), num_classes=num_classes),
        prior=prior,
    )
    model.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
        reconstruction_loss="binary_crossentropy",
        adversarial_weight=args.adversarial_weight,
    )
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
        y_train if num_classes else None,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[
            *loggers,
            kg.callbacks.SampleGridLogger(num_images=100, **pictures),
            kg.callbacks.ReconstructionLogger(x_test[:10], **pictures),
            kg.callbacks.LatentPlotLogger(
                x_test, y_test, manifold_rows=0, **pictures
            ),
        ],
    )
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "adversarial_autoencoder.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    z = model.encode(x_test)
    log_p = prior.log_prob(z).mean()
    drawn = prior.log_prob(prior.sample(len(z), (2,), seed=1)).mean()
    print(f"log density of codes: {log_p:.2f}, of latents: {drawn:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--prior", choices=["normal", "ring"], default="normal")
    parser.add_argument("--adversarial-weight", type=float, default=10.0)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default="output/adversarial_autoencoder",
    )
    main(parser.parse_args())
