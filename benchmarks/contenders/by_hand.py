"""The order of the images, as a loop by hand would draw it."""

import numpy as np


class Rows:
    """Endless batches of row numbers, in a new order each epoch."""

    def __init__(self, num_images, batch_size):
        self.num_images = num_images
        self.batch_size = batch_size
        self.generator = np.random.default_rng(0)
        self.order = []

    def __iter__(self):
        return self

    def __next__(self):
        if len(self.order) < self.batch_size:
            self.order = self.generator.permutation(self.num_images)
        rows, self.order = np.split(self.order, [self.batch_size])
        return rows.astype("int32")
