"""Convolutions that halve or double images and series.

Channels come last whatever `keras.config.image_data_format()` is, as in all
shapes of this package.
"""

from keras import layers

DOWN = {2: layers.Conv1D, 3: layers.Conv2D}
UP = {2: layers.Conv1DTranspose, 3: layers.Conv2DTranspose}


def halved(x, filters, kernel_size, **kwargs):
    """Halves all axes between batch and channels, rounded up."""
    return _strided(DOWN, x, filters, kernel_size, **kwargs)


def doubled(x, filters, kernel_size, **kwargs):
    """Doubles all axes between batch and channels."""
    return _strided(UP, x, filters, kernel_size, **kwargs)


def flattened(x):
    """One vector for each sample."""
    # Unless it is told, `Flatten` brings the channels to the front first.
    return layers.Flatten(data_format="channels_last")(x)


def _strided(classes, x, filters, kernel_size, **kwargs):
    layer = classes[len(x.shape) - 1](
        filters,
        kernel_size,
        strides=2,
        padding="same",
        data_format="channels_last",
        **kwargs,
    )
    return layer(x)
