"""How often the train step is traced, as a layer of a user counts.

Batches of 8 of 20 images: two whole ones and a last one of 4. Torch traces
nothing, so that there each step counts.
"""

import keras
import numpy as np
from overheads import models
from overheads.answer import answer


class Counter(keras.layers.Layer):
    """Counts how often Python runs its `call`."""

    count = 0

    def call(self, inputs):
        self.count += 1
        return inputs


def measure(kind, rounds):
    del rounds  # A count is the same in each.
    counter = Counter()
    model = models.make(kind, layer=counter)
    images = np.random.default_rng(0).random((20, 8, 8, 1), "float32")

    def calls(**arguments):
        before = counter.count
        model.fit(images, batch_size=8, verbose=0, **arguments)
        return counter.count - before

    return [
        {
            "first epoch": calls(),
            "10 more epochs": calls(epochs=11, initial_epoch=1),
            "second fit of 10 epochs": calls(epochs=10),
            "one with a callback": calls(
                callbacks=[keras.callbacks.TerminateOnNaN()]
            ),
        }
    ]


if __name__ == "__main__":
    answer(measure)
