"""What a step costs in `fit`, beside the compiled train step alone.

The bare step is `model.train_function`, which Keras compiles, on one batch in
memory: no data, no callbacks, no epochs. `fit` trains one epoch of an array,
long and short in turn, of which the difference is what a step takes, and the
rest what the epoch takes. Peak memory is that of the first whole epoch, with
its data, over what was there after the imports.
"""

import itertools
import statistics
import time

import keras
import numpy as np
from contenders.ours import Clock
from overheads import memory
from overheads import models
from overheads.answer import answer

AFTER_IMPORTS = memory.peak()
MOST_DATA = 64 * memory.MEGABYTE


def endless_dataset(batch):
    """What TensorFlow's step takes a batch from without a loop in Python."""
    import tensorflow as tf

    return iter(tf.data.Dataset.from_tensors(batch).repeat())


BATCHES = {
    "tensorflow": endless_dataset,
    "jax": itertools.repeat,
    "torch": lambda batch: [batch],
}


class BareStep:
    """The compiled train step of a model, on one batch again and again."""

    def __init__(self, model, batch):
        model.make_train_function()
        self.function = model.train_function
        batch = (keras.ops.convert_to_tensor(batch),)
        self.batches = BATCHES[keras.config.backend()](batch)
        self.is_jax = keras.config.backend() == "jax"
        if self.is_jax:
            groups = (
                model.trainable_variables,
                model.non_trainable_variables,
                model.optimizer.variables,
                model.metrics_variables,
            )
            # Copies, because the step takes its state away.
            self.state = tuple(
                [keras.ops.copy(variable.value) for variable in group]
                for group in groups
            )

    def run(self, steps):
        """Seconds that so many steps took."""
        start = time.perf_counter()
        for _ in range(steps):
            if self.is_jax:
                logs, self.state = self.function(self.state, self.batches)
            else:
                logs = self.function(self.batches)
        keras.ops.convert_to_numpy(logs["loss"])  # Waits for the last step.
        return time.perf_counter() - start


def epoch(model, images, batch_size):
    """Seconds of an epoch in `fit`."""
    clock = Clock()
    model.fit(
        images,
        batch_size=batch_size,
        shuffle=False,
        verbose=0,
        callbacks=[clock],
    )
    return clock.seconds


def make_images(count, side):
    generator = np.random.default_rng(0)
    return generator.random((count, side, side, 1), "float32")


def fitting_steps(bare, batch, seconds):
    """How many steps last so long, of data that fit in memory."""
    bare.run(4)  # Compiles.
    step = bare.run(4) / 4
    return max(4, min(round(seconds / step), MOST_DATA // batch.nbytes))


def measure(kind, rounds, seconds=0.3, batch_size=32, side=8, **arguments):
    model = models.make(kind, side=side, **arguments)
    batch = make_images(batch_size, side)
    bare = BareStep(model, batch)
    steps = fitting_steps(bare, batch, seconds)
    few = max(1, steps // 100)
    images = make_images(batch_size * steps, side)
    epoch(model, images, batch_size)
    peak = memory.peak() - AFTER_IMPORTS
    bare_steps, fit_steps, epochs = [], [], []
    for _ in range(rounds):
        bare_steps.append(bare.run(steps) / steps)
        long = epoch(model, images, batch_size)
        short = epoch(model, images[: few * batch_size], batch_size)
        fit_steps.append((long - short) / (steps - few))
        epochs.append(short - few * fit_steps[-1])
    added = [fit - bare for fit, bare in zip(fit_steps, bare_steps)]
    return [
        {
            "bare step, µs": 1e6 * statistics.median(bare_steps),
            "step in fit, µs": 1e6 * statistics.median(fit_steps),
            "added to a step, µs": 1e6 * statistics.median(added),
            "added to an epoch, ms": 1e3 * statistics.median(epochs),
            "steps": steps,
            "data, MB": images.nbytes / memory.MEGABYTE,
            "peak, MB": peak,
        }
    ]


if __name__ == "__main__":
    answer(measure)
