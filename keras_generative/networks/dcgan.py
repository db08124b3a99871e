"""The networks of a DCGAN, in sizes that follow from the image.

They have few feature maps, because samples of digits are better after the same
seconds of training than those of larger networks, which see fewer images:
`benchmarks/gan_quality.py` measures it.
"""

import math

import keras
from keras import layers

from keras_generative.networks.heads import discriminator_outputs
from keras_generative.networks.labels import joint
from keras_generative.networks.labels import label_input
from keras_generative.networks.labels import with_label_vector
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.strided import doubled
from keras_generative.networks.strided import flattened
from keras_generative.networks.strided import halved
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def dcgan_generator(
    latent_dim,
    output_shape,
    base_filters=32,
    output_activation="tanh",
    num_classes=None,
):
    """Makes images by transposed convolutions, from a small map upwards.

    A dense layer fills a map of at most 8x8 or so (7x7 for 28x28 images),
    and each stage doubles its sides. Each stage below the last has twice as
    many feature maps.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), height and width
            multiples of 4.
        base_filters: Positive integer, feature maps at half the size of the
            image. Defaults to `32`.
        output_activation: Keras activation or its id, `None` for images of
            any range. Defaults to `"tanh"`, images in [-1, 1].
        num_classes: Positive integer, for a generator of `[z, labels]`.
            Defaults to `None`.

    Returns:
        Functional `keras.Model` from (batch, latent_dim) to images of shape
        (batch, height, width, channels).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> generator = dcgan_generator(128, (28, 28, 1))

    Reference:

    - [Radford et al., 2015](https://arxiv.org/abs/1511.06434), with far
      fewer feature maps, since digits need no more.
    """
    shape = check_shape(output_shape, "output_shape", IMAGE, multiple_of=4)
    return build_generator(
        latent_dim, shape, base_filters, output_activation, num_classes
    )


def dcgan_discriminator(
    input_shape, base_filters=16, num_classes=None, outputs=(1,)
):
    """Scores images by strided convolutions, from the image downwards.

    It halves the sides once more often than `dcgan_generator` doubles them,
    twice the feature maps each time. Without batch normalisation, so that
    gradient penalties may be used with it.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of 4.
        base_filters: Positive integer, feature maps at half the size of the
            image. Defaults to `16`.
        num_classes: Positive integer, for a projection discriminator of
            `[images, labels]`. Defaults to `None`.
        outputs: Tuple of positive integers, the size of each output: the
            score, `(1,)`, and what a model asks for beside it, as
            `(1, num_classes)` for an `ACGAN`. Defaults to `(1,)`.

    Returns:
        Functional `keras.Model` from images of shape (batch, height, width,
        channels) to logits of shape (batch, 1), or a list of outputs.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> discriminator = dcgan_discriminator((28, 28, 1))

    Reference:

    - [Radford et al., 2015](https://arxiv.org/abs/1511.06434).
    - [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), for the
      projection.
    """
    shape = check_shape(input_shape, "input_shape", IMAGE, multiple_of=4)
    return build_discriminator(shape, base_filters, num_classes, outputs)


def build_generator(
    latent_dim, shape, base_filters, output_activation, num_classes
):
    """`dcgan_generator` of images or series."""
    check_positive_integer(latent_dim, "latent_dim")
    check_positive_integer(base_filters, "base_filters")
    sides, stages = _smallest_map(shape)
    depth = base_filters * 2 ** (stages - 1)

    z = keras.Input((latent_dim,), name="z")
    labels = label_input(num_classes)
    x = with_label_vector(z, labels, num_classes)
    x = layers.Dense(math.prod(sides) * depth, use_bias=False)(x)
    x = layers.Reshape((*sides, depth))(x)
    x = normalized(x)
    for _ in range(stages - 1):
        depth //= 2
        x = normalized(doubled(x, depth, 4, use_bias=False))
    images = doubled(
        x,
        shape[-1],
        4,
        activation=output_activation,
        dtype=output_dtype(),
        name="images",
    )
    return keras.Model(joint(z, labels), images, name="generator")


def build_discriminator(shape, base_filters, num_classes, outputs):
    """`dcgan_discriminator` of images or series."""
    check_positive_integer(base_filters, "base_filters")
    _, stages = _smallest_map(shape)

    images = x = keras.Input(shape, name="images")
    labels = label_input(num_classes)
    for stage in range(stages + 1):
        x = halved(x, base_filters * 2**stage, 4)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    y = discriminator_outputs(flattened(x), labels, num_classes, outputs)
    return keras.Model(joint(images, labels), y, name="discriminator")


def normalized(x):
    """Batch normalization and relu, of a generator."""
    # Samples use the moving statistics, which must keep up with a generator
    # that learns fast: a memory of 10 steps, not of Keras' 100.
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _smallest_map(shape):
    """Halves all sides at least twice, and on while even and above 8."""
    sides, stages = shape[:-1], 0
    while stages < 2 or (
        max(sides) > 8 and all(side % 2 == 0 for side in sides)
    ):
        sides, stages = tuple(side // 2 for side in sides), stages + 1
    return sides, stages
