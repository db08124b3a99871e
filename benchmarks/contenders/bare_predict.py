"""`predict` of the network itself, in place of `generate` and `encode`."""

import time

import keras
from contenders import keras_networks


class BarePredict:
    """With batches of the size that `generate` and `encode` use."""

    def __init__(self, task):
        self.task = task
        keras.utils.set_random_seed(0)
        networks = keras_networks.make(task)
        self.network = networks[0]  # the generator or the encoder
        self.inputs = (
            task.latents() if task.action == "generate" else task.images()
        )

    def run(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.network.predict(self.inputs, batch_size=256, verbose=0)
        return time.perf_counter() - start, steps * len(self.inputs)
