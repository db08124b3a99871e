"""A WGAN-GP of digits: the networks of `dcgan.py`, other arguments.

    python examples/wgan_gp.py
    python examples/wgan_gp.py --dataset mnist --epochs 20

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
    # All that makes it a WGAN-GP: the critic estimates the Wasserstein
    # distance, a penalty keeps it Lipschitz, and it moves more often.
    model.compile(
        generator_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9),
        discriminator_optimizer=keras.optimizers.Adam(
            1e-3, beta_1=0.0, beta_2=0.9
        ),
        loss="wasserstein",
        penalties=[kg.losses.GradientPenalty(weight=10.0)],
        discriminator_steps=args.discriminator_steps,
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

    path = args.output / "wgan_gp.keras"
    model.save(path)
    distance = history["real_score"][-1] - history["fake_score"][-1]
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    print(f"estimated Wasserstein distance: {distance:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--discriminator-steps", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument("--output", type=pathlib.Path, default="output/wgan_gp")
    main(parser.parse_args())
