"""Whether epochs grow: what they take and what is resident, in one `fit`."""

import statistics
import time

import keras
import numpy as np
from overheads import memory
from overheads import models
from overheads.answer import answer


class Watch(keras.callbacks.Callback):
    """When epochs ended, and what was resident then."""

    def __init__(self):
        super().__init__()
        self.ends, self.sizes = [], []

    def on_train_begin(self, logs=None):
        self.note()

    def on_epoch_end(self, epoch, logs=None):
        self.note()

    def note(self):
        self.ends.append(time.perf_counter())
        self.sizes.append(memory.resident())


def measure(kind, epochs, rounds):
    """A row for each of the numbers of `epochs`, which ascend."""
    del rounds  # There are epochs enough.
    model = models.make(kind)
    images = np.random.default_rng(0).random((2048, 8, 8, 1), "float32")
    watch = Watch()
    model.fit(images, epochs=epochs[-1], verbose=0, callbacks=[watch])
    seconds = np.diff(watch.ends)
    return [
        {
            "epochs": f"{first + 1} to {last}",
            "ms an epoch": 1e3 * statistics.median(seconds[first:last]),
            "resident after, MB": watch.sizes[last],
        }
        for first, last in zip([0, *epochs], epochs)
    ]


if __name__ == "__main__":
    answer(measure)
