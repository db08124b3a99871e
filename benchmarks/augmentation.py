"""What an augmenter does to overfitting on few images.

    python benchmarks/augmentation.py mnist.npz --steps 1000 3000 10000

Trains the GAN of `examples/dcgan.py` on the first 1,000 training images,
without an augmenter and with `diff_augment`, from each of the seeds, and says
along the way:

- `gap`: the discriminator's mean score on the images it was trained on, less
  that on test images, none of them augmented. A discriminator that learns them
  by heart tells the two apart.
- `real`: which share of either it takes for real.
- `distance`: the Frechet distance of `sample_score.py` between 10,000 samples
  and the test images.
"""

import argparse
import time

import keras
from sample_score import frechet_distance
from sample_score import make_classifier

import keras_generative as kg

AUGMENTERS = {
    "none": lambda: None,
    "diff_augment": lambda: kg.layers.diff_augment(value_range=(-1, 1)),
}


def make_model(shape, augmenter, seed):
    keras.utils.set_random_seed(seed)
    model = kg.models.GAN(
        kg.networks.dcgan_generator(64, shape),
        kg.networks.dcgan_discriminator(shape),
        latent_dim=64,
        augmenter=AUGMENTERS[augmenter](),
    )
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
    model.compile(
        *[keras.optimizers.Adam(rate, beta_1=0.0) for _ in range(2)],
        penalties=[kg.losses.R1Penalty(weight=1.0)],
    )
    return model


class Report(keras.callbacks.Callback):
    """Prints how the game stands after the given numbers of steps."""

    def __init__(self, label, steps, images, distance):
        super().__init__()
        self.label = label
        self.steps = steps
        self.images = images
        self.distance = distance
        self.step = 0

    def on_train_begin(self, logs=None):
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.step not in self.steps:
            return
        # The clock stands still meanwhile.
        seconds = time.perf_counter() - self.start
        trained, unseen = map(self.scores, self.images)
        samples = self.model.generate(10_000, seed=0)
        print(
            f"{self.label}: {self.step} steps, {seconds:.0f} s, "
            f"gap {trained.mean() - unseen.mean():.2f}, "
            f"real {(trained > 0).mean():.0%} trained on "
            f"{(unseen > 0).mean():.0%} unseen, "
            f"distance {self.distance(samples):.1f}",
            flush=True,
        )
        self.start = time.perf_counter() - seconds
        if self.step == max(self.steps):
            self.model.stop_training = True

    def scores(self, images):
        discriminator = self.model.discriminator
        return discriminator.predict(images, batch_size=500, verbose=0)


def main(args):
    (x_train, y_train), (x_test, _) = kg.datasets.load(args.dataset, (-1, 1))
    classifier = make_classifier(x_train, y_train)

    def describe(images):
        return classifier.predict(images, batch_size=500, verbose=0)[0]

    real = describe(x_test)
    few = x_train[: args.num_images]
    for seed in args.seeds:
        for augmenter in args.augmenters:
            model = make_model(few.shape[1:], augmenter, seed)
            label = f"{augmenter}, seed {seed}"
            report = Report(
                label,
                args.steps,
                (few, x_test),
                lambda samples: frechet_distance(describe(samples), real),
            )
            model.fit(
                few, epochs=10**6, batch_size=32, verbose=0, callbacks=[report]
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument("--num-images", type=int, default=1000)
    parser.add_argument(
        "--steps", type=int, nargs="+", default=[1000, 3000, 10000]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument(
        "--augmenters",
        nargs="+",
        choices=AUGMENTERS,
        default=["none", "diff_augment"],
    )
    main(parser.parse_args())
