import math

import numpy as np

from keras_generative.losses.reconstruction import get_reconstruction_loss
from keras_generative.losses.reconstruction import summed_over_sample
from keras_generative.losses.reconstruction_checks import (
    check_loss_fits_decoder,
)
from keras_generative.losses.reconstruction_checks import check_values


class PixelDistance:
    """A Keras loss as the mean over pixels and channels, and over a batch.

    So weights mean what they do in papers on images of any size.

    Args:
        identifier: Keras loss, its id, or a function of `(y_true, y_pred)`.
        **generators: By name, the networks whose images are compared.

    Raises:
        ValueError: If it is no such loss, or misreads what a network gives.
    """

    def __init__(self, identifier, **generators):
        self.loss = get_reconstruction_loss(identifier, 1)
        for name, generator in generators.items():
            check_loss_fits_decoder(self.loss, generator, name)

    def __call__(self, targets, made):
        total = summed_over_sample(self.loss, targets, made)
        return total / math.prod(targets.shape[1:])

    def check_range(self, lowest, highest):
        """Raises a `ValueError` if targets in a range have no distance."""
        check_values(self.loss, np.array([lowest, highest]))
