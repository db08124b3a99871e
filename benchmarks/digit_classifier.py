"""The classifier of `features.DigitClassifier`: its accuracy, its training.

    python benchmarks/digit_classifier.py mnist.npz
    KERAS_BACKEND=tensorflow python benchmarks/digit_classifier.py mnist.npz \\
        --train keras_generative/features/digit_classifier.npz

The first prints how many of the test images the weights tell apart that come
with the package, on any backend. The second trains them anew, in five minutes
on two cores. Figures depend on them: other weights need another name.
"""

import argparse

import keras
import numpy as np

import keras_generative as kg
from keras_generative.features.digit_classifier import digit_network

BATCH_SIZE, EPOCHS = 100, 12


class MovedDigits(kg.datasets.ShuffledBatches):
    """Batches of digits, each moved by up to two pixels."""

    def __init__(self, images, labels):
        super().__init__(images, labels, BATCH_SIZE)

    def __getitem__(self, index):
        rows = self.positions(index)
        images, labels = super().__getitem__(index)
        shifts = np.random.default_rng(rows).integers(-2, 3, (len(rows), 2))
        moved = [
            np.roll(image, shift, (0, 1))
            for image, shift in zip(images, shifts)
        ]
        return np.stack(moved), labels

    def on_epoch_end(self):
        self.epoch = getattr(self, "epoch", 0) + 1
        self.set_epoch(self.epoch)


def train(x, y, path):
    keras.utils.set_random_seed(1)
    network = digit_network()
    steps = EPOCHS * len(x) // BATCH_SIZE
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    network.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy"
    )
    network.fit(MovedDigits(x, y), epochs=EPOCHS, shuffle=False, verbose=2)
    weights = [weight.astype("float16") for weight in network.get_weights()]
    np.savez_compressed(path, *weights)


def main(args):
    (x_train, y_train), (x_test, y_test) = kg.datasets.load(args.dataset)
    if args.train:
        train(x_train, y_train, args.train)
    probabilities = kg.features.DigitClassifier("probabilities")
    correct = probabilities(x_test).argmax(axis=1) == y_test
    print(f"test accuracy: {correct.mean():.2%} of {len(correct)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument("--train", metavar="PATH", help="and write weights")
    main(parser.parse_args())
