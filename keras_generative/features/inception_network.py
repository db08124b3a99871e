"""The Inception of 2015 that the Frechet distance was defined with."""

import keras
from keras import layers


def inception_network(image_size=299, divisor=1):
    """The network of the file `inception-2015-12-05`, untrained.

    It differs from Inception v3 as others have it, `keras.applications` too:
    means of 3x3 pixels leave out the padding, the last block takes a maximum
    in the place of such a mean, and there are 1,008 classes. Layers have the
    names of the weights in torch's copy of the file, with `-` for its `.`.

    Args:
        image_size: Integer. Defaults to `299`.
        divisor: Integer, of the widths of all layers, for tests. Defaults to
            `1`.

    Returns:
        Functional `keras.Model` from images of shape (batch, image_size,
        image_size, 3) in [-1, 1] to a pair: the features of shape (batch,
        2048), and the probabilities of the classes.

    Reference:

    - [Szegedy et al., 2015](https://arxiv.org/abs/1512.00567).
    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500).
    """
    images = keras.Input((image_size, image_size, 3), name="images")
    conv = _Convolutions(divisor)
    x = conv(images, "Conv2d_1a_3x3", 32, 3, strides=2, padding="valid")
    x = conv(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
    x = conv(x, "Conv2d_2b_3x3", 64, 3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = conv(x, "Conv2d_3b_1x1", 80, 1)
    x = conv(x, "Conv2d_4a_3x3", 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, 2)(x)
    x = _block_5(conv, x, "Mixed_5b", 32)
    x = _block_5(conv, x, "Mixed_5c", 64)
    x = _block_5(conv, x, "Mixed_5d", 64)
    x = _reduction_6(conv, x, "Mixed_6a")
    x = _block_6(conv, x, "Mixed_6b", 128)
    x = _block_6(conv, x, "Mixed_6c", 160)
    x = _block_6(conv, x, "Mixed_6d", 160)
    x = _block_6(conv, x, "Mixed_6e", 192)
    x = _reduction_7(conv, x, "Mixed_7a")
    x = _block_7(conv, x, "Mixed_7b", layers.AveragePooling2D)
    x = _block_7(conv, x, "Mixed_7c", layers.MaxPooling2D)
    features = layers.GlobalAveragePooling2D(name="features")(x)
    # The inception score was defined without the bias of this layer.
    probabilities = layers.Dense(
        1008, activation="softmax", use_bias=False, name="fc"
    )(features)
    return keras.Model(images, [features, probabilities], name="fid_inception")


class _Convolutions:
    """Convolutions with batch normalization, all of them thinner alike."""

    def __init__(self, divisor):
        self.divisor = divisor

    def __call__(self, x, name, filters, kernel, strides=1, padding="same"):
        name = name.replace(".", "-")  # Which Keras takes on torch, too.
        x = layers.Conv2D(
            filters // self.divisor,
            kernel,
            strides,
            padding,
            use_bias=False,
            name=f"{name}-conv",
        )(x)
        x = layers.BatchNormalization(epsilon=0.001, name=f"{name}-bn")(x)
        return layers.Activation("relu")(x)

    def chain(self, x, name, *sizes):
        """One after the other, of (filters, kernel), counted from 1."""
        for index, size in enumerate(sizes, 1):
            x = self(x, f"{name}_{index}", *size)
        return x


def _pooled(conv, x, name, filters, pooling=layers.AveragePooling2D):
    # Keras' means leave out the padding on every backend.
    x = pooling(3, 1, padding="same")(x)
    return conv(x, f"{name}.branch_pool", filters, 1)


def _block_5(conv, x, name, pool_filters):
    branches = [
        conv(x, f"{name}.branch1x1", 64, 1),
        conv.chain(x, f"{name}.branch5x5", (48, 1), (64, 5)),
        conv.chain(x, f"{name}.branch3x3dbl", (64, 1), (96, 3), (96, 3)),
        _pooled(conv, x, name, pool_filters),
    ]
    return layers.Concatenate()(branches)


def _reduction_6(conv, x, name):
    double = conv.chain(x, f"{name}.branch3x3dbl", (64, 1), (96, 3))
    branches = [
        conv(x, f"{name}.branch3x3", 384, 3, 2, "valid"),
        conv(double, f"{name}.branch3x3dbl_3", 96, 3, 2, "valid"),
        layers.MaxPooling2D(3, 2)(x),
    ]
    return layers.Concatenate()(branches)


def _block_6(conv, x, name, filters):
    row, column, last = (filters, (1, 7)), (filters, (7, 1)), (192, (1, 7))
    branches = [
        conv(x, f"{name}.branch1x1", 192, 1),
        conv.chain(x, f"{name}.branch7x7", (filters, 1), row, (192, (7, 1))),
        conv.chain(
            x, f"{name}.branch7x7dbl", (filters, 1), column, row, column, last
        ),
        _pooled(conv, x, name, 192),
    ]
    return layers.Concatenate()(branches)


def _reduction_7(conv, x, name):
    single = conv.chain(x, f"{name}.branch3x3", (192, 1))
    double = conv.chain(
        x, f"{name}.branch7x7x3", (192, 1), (192, (1, 7)), (192, (7, 1))
    )
    branches = [
        conv(single, f"{name}.branch3x3_2", 320, 3, 2, "valid"),
        conv(double, f"{name}.branch7x7x3_4", 192, 3, 2, "valid"),
        layers.MaxPooling2D(3, 2)(x),
    ]
    return layers.Concatenate()(branches)


def _block_7(conv, x, name, pooling):
    single = conv.chain(x, f"{name}.branch3x3", (384, 1))
    double = conv.chain(x, f"{name}.branch3x3dbl", (448, 1), (384, 3))
    branches = [
        conv(x, f"{name}.branch1x1", 320, 1),
        conv(single, f"{name}.branch3x3_2a", 384, (1, 3)),
        conv(single, f"{name}.branch3x3_2b", 384, (3, 1)),
        conv(double, f"{name}.branch3x3dbl_3a", 384, (1, 3)),
        conv(double, f"{name}.branch3x3dbl_3b", 384, (3, 1)),
        _pooled(conv, x, name, 192, pooling),
    ]
    return layers.Concatenate()(branches)
