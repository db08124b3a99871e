"""Speed and memory of data that stream, by the number of images.

A generator, and `datasets.ShuffledBatches` of an array whose images are all
the same one in memory, so that what grows is what streaming keeps. Peak memory
is over what was there after the imports and a first step.
"""

import statistics

import numpy as np
from contenders.ours import Clock
from overheads import memory
from overheads import models
from overheads.answer import answer

import keras_generative as kg

BATCH_SIZE = 256
IMAGE = np.full((8, 8, 1), 0.5, "float32")


def generator(rows):
    for _ in range(rows // BATCH_SIZE):
        yield (np.broadcast_to(IMAGE, (BATCH_SIZE, *IMAGE.shape)).copy(),)


def shuffled_batches(rows):
    images = np.broadcast_to(IMAGE, (rows, *IMAGE.shape))
    return kg.datasets.ShuffledBatches(images, batch_size=BATCH_SIZE)


SOURCES = {"generator": generator, "ShuffledBatches": shuffled_batches}


def measure(source, rows, rounds):
    # Of whole batches.
    rows -= rows % BATCH_SIZE
    model = models.make("vae")
    clock = Clock()

    def rate(rows):
        model.fit(SOURCES[source](rows), verbose=0, callbacks=[clock])
        return rows / clock.seconds

    rate(2 * BATCH_SIZE)  # Compiles.
    before = memory.peak()
    # Many images are seen for long enough at once.
    rates = [rate(rows) for _ in range(rounds if rows < 100_000 else 1)]
    return [
        {
            "images/s": statistics.median(rates),
            "peak, MB": memory.peak() - before,
        }
    ]


if __name__ == "__main__":
    answer(measure)
