"""A DCGAN of a folder of photographs, few of them and of any size.

    pip install "keras-generative[cv,tensorflow]"
    python examples/image_folder.py --dataset photographs

The images, also those in sub-folders, are read and cropped by `tf.data`, with
layers of KerasCV, which is why this example runs on TensorFlow alone. Writes
samples along the way, the curves and the trained model to `--output`.
"""

import argparse
import pathlib

import keras
import tensorflow as tf

import keras_generative as kg
from keras_generative.utils import LazyModule

keras_cv = LazyModule("keras_cv", pip_name='"keras-generative[cv]"')


def make_dataset(args):
    """Batches of images in [-1, 1], the range of the generator's tanh."""
    size = (args.image_size, args.image_size)
    # What is done to the real images alone, the generator learns to do too.
    # So these are no more than other photographs of the same things.
    pipeline = keras_cv.layers.Augmenter(
        [
            keras_cv.layers.RandomFlip("horizontal"),
            keras_cv.layers.RandomCropAndResize(
                size, crop_area_factor=(0.8, 1.0), aspect_ratio_factor=(1, 1)
            ),
            keras_cv.layers.Rescaling(1 / 127.5, offset=-1.0),
        ]
    )
    images = keras.utils.image_dataset_from_directory(
        args.dataset,
        labels=None,
        image_size=size,
        crop_to_aspect_ratio=True,
        batch_size=args.batch_size,
    )
    return images.map(pipeline, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def main(args):
    if keras.config.backend() != "tensorflow":
        raise ValueError(
            "KerasCV and this example need the backend 'tensorflow'. "
            f"Received: KERAS_BACKEND={keras.config.backend()!r}"
        )
    dataset = make_dataset(args)
    image_shape = (args.image_size, args.image_size, 3)
    model = kg.models.GAN(
        kg.networks.dcgan_generator(args.latent_dim, image_shape),
        kg.networks.dcgan_discriminator(image_shape),
        latent_dim=args.latent_dim,
        # What the discriminator sees of real and of fake images alike may go
        # further: it keeps the discriminator from learning few images by
        # heart, and the generator does not learn it.
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
    logs = model.fit(dataset, epochs=args.epochs, callbacks=[samples]).history
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
