"""A BiGAN of digits: a GAN with an encoder, which learns to invert it.

    python examples/bigan.py
    python examples/bigan.py --dataset mnist --epochs 20

Writes samples from the same noise and reconstructions along the way, the
curves of the training and the trained model to `--output`. With `--gaussian`
the encoder gives Gaussians, as in ALI; with `--wandb PROJECT` logs and pictures
go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np
import scipy

import keras_generative as kg


def main(args):
    # In [-1, 1], the range of the generator's tanh.
    (x_train, y_train), (x_test, y_test) = kg.datasets.load(
        args.dataset, value_range=(-1, 1)
    )
    image_shape = x_train.shape[1:]

    # The discriminator sees features of an image beside its code.
    features = kg.networks.dcgan_discriminator(image_shape, outputs=(256,))
    model = kg.models.BiGAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.conv_encoder(
            image_shape, args.latent_dim, gaussian=args.gaussian
        ),
        kg.networks.joint_discriminator(features, args.latent_dim),
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
    pictures = {
        "every_n_epochs": max(1, args.epochs // 20),
        "writers": writers,
    }
    history = model.fit(
        x_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[
            *loggers,
            kg.callbacks.SampleGridLogger(num_images=100, **pictures),
            kg.callbacks.ReconstructionLogger(x_test[:10], **pictures),
        ],
    )
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)

    path = args.output / "bigan.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    # What do codes of a digit have in common, which no label was used for?
    codes = [model.encode(x) for x in (x_test[:500], x_train)]
    nearest = scipy.spatial.distance.cdist(*codes).argmin(axis=1)
    accuracy = np.mean(y_train[nearest] == y_test[:500])
    print(
        f"{accuracy:.1%} of 500 test images have the digit of the nearest code"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=32)
    parser.add_argument("--gaussian", action="store_true")
    parser.add_argument("--r1-weight", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/bigan")
    main(parser.parse_args())
