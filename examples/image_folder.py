"""A DCGAN of a folder of photographs, few of them and of any size.

    pip install "keras-generative[tensorflow]"
    python examples/image_folder.py --dataset photographs

The images, also those in sub-folders, are read and cropped while the model
trains, so that they need not fit into memory. Writes samples along the way,
the curves and the trained model to `--output`.
"""

import argparse
import pathlib

import keras

import keras_generative as kg


def main(args):
    # Images in [-1, 1], the range of the generator's tanh, read as needed.
    photographs = kg.datasets.ImageFolder(
        args.dataset,
        image_size=(args.image_size, args.image_size),
        batch_size=args.batch_size,
        value_range=(-1, 1),
        crop_to_aspect_ratio=True,
        workers=4,
    )
    image_shape = (args.image_size, args.image_size, 3)
    model = kg.models.GAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.dcgan_discriminator(image_shape),
        latent_dim=args.latent_dim,
        # Keeps the discriminator from learning few images by heart. As it sees
        # real and fake images alike so, the generator does not learn it.
        augmenter=kg.layers.diff_augment(value_range=(-1, 1)),
    )
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        penalties=[kg.losses.R1Penalty(weight=args.r1_weight)],
    )
    disk = kg.writers.DiskWriter(args.output)
    samples = kg.callbacks.SampleGridLogger(
        num_images=100,
        every_n_epochs=max(1, args.epochs // 20),
        writers=[disk],
    )
    history = model.fit(photographs, epochs=args.epochs, callbacks=[samples])
    logs = history.history
    disk.write("history", kg.visualization.plot_history(logs), args.epochs)

    path = args.output / "image_folder.keras"
    model.save(path)
    print(f"Samples and {path.name} are in {args.output.resolve()}")
    print(
        f"generator loss: {logs['generator_loss'][-1]:.2f}, "
        f"discriminator loss: {logs['discriminator_loss'][-1]:.2f}, "
        f"accuracy: {logs['discriminator_accuracy'][-1]:.0%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", required=True, help="path of the folder")
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--r1-weight", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/image_folder"
    )
    main(parser.parse_args())
