"""The networks of a DCGAN, in sizes that follow from the image.

They have few feature maps, because samples of digits are better after the same
seconds of training than those of larger networks, which see fewer images:
`benchmarks/gan_quality.py` measures it.
"""

import keras
from keras import layers

from keras_generative.utils.validation import check_image_shape
from keras_generative.utils.validation import check_positive_integer


def dcgan_generator(latent_dim, output_shape, filters=32):
    """Makes images by transposed convolutions, from a small map upwards.

    A dense layer fills a map of at most 8x8 or so (7x7 for 28x28 images),
    and each stage doubles its sides. `filters` is the number of feature maps
    at half the size of the image; each stage below has twice as many.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), height and width
            multiples of 4.
        filters: Positive integer. Defaults to `32`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels) in [-1, 1].

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = dcgan_generator(128, (28, 28, 1))

    Reference:

    - [Radford et al., 2015](https://arxiv.org/abs/1511.06434), with far
      fewer feature maps, since digits need no more.
    """
    check_positive_integer(latent_dim, "latent_dim")
    check_positive_integer(filters, "filters")
    shape = check_image_shape(output_shape, "output_shape", multiple_of=4)
    height, width, stages = _smallest_map(shape)
    depth = filters * 2 ** (stages - 1)

    z = keras.Input((latent_dim,), name="z")
    x = layers.Dense(height * width * depth, use_bias=False)(z)
    x = layers.Reshape((height, width, depth))(x)
    x = _normalized(x)
    for _ in range(stages - 1):
        depth //= 2
        x = layers.Conv2DTranspose(
            depth, 4, strides=2, padding="same", use_bias=False
        )(x)
        x = _normalized(x)
    images = layers.Conv2DTranspose(
        shape[-1],
        4,
        strides=2,
        padding="same",
        activation="tanh",
        dtype="float32",
        name="images",
    )(x)
    return keras.Model(z, images, name="generator")


def dcgan_discriminator(input_shape, filters=16):
    """Scores images by strided convolutions, from the image downwards.

    It halves the sides once more often than `dcgan_generator` doubles them,
    twice the feature maps each time. Without batch normalisation, so that
    gradient penalties may be used with it.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of 4.
        filters: Positive integer, feature maps at half the size of the
            image. Defaults to `16`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to logits of shape (batch, 1).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = dcgan_discriminator((28, 28, 1))

    Reference:

    - [Radford et al., 2015](https://arxiv.org/abs/1511.06434).
    """
    check_positive_integer(filters, "filters")
    shape = check_image_shape(input_shape, "input_shape", multiple_of=4)
    _, _, stages = _smallest_map(shape)

    images = x = keras.Input(shape, name="images")
    for stage in range(stages + 1):
        x = layers.Conv2D(filters * 2**stage, 4, strides=2, padding="same")(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    logits = layers.Dense(1, dtype="float32", name="logits")(
        layers.Flatten()(x)
    )
    return keras.Model(images, logits, name="discriminator")


def _normalized(x):
    # Samples use the moving statistics, which must keep up with a generator
    # that learns fast: a memory of 10 steps, not of Keras' 100.
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _smallest_map(image_shape):
    """Halves a shape at least twice, and on while even and above 8."""
    height, width, _ = image_shape
    stages = 0
    while stages < 2 or (
        max(height, width) > 8 and height % 2 == width % 2 == 0
    ):
        height, width, stages = height // 2, width // 2, stages + 1
    return height, width, stages
