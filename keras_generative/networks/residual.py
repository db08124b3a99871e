"""The residual networks of SNGAN, without its spectral normalization."""

import math

import keras
from keras import layers
from keras import ops

from keras_generative.networks.dcgan import normalized
from keras_generative.networks.heads import discriminator_outputs
from keras_generative.networks.labels import joint
from keras_generative.networks.labels import label_input
from keras_generative.networks.labels import with_label_vector
from keras_generative.networks.residual_blocks import convolution
from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape
from keras_generative.networks.sizes import check_sizes
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def residual_generator(
    latent_dim,
    output_shape,
    filters=(64, 64, 64),
    output_activation="tanh",
    num_classes=None,
):
    """Makes images by residual blocks, each of which doubles their sides.

    The paper's `filters` are `(256, 256, 256)` for 32x32 images,
    `(256, 128, 64)` for 48x48 and `(1024, 512, 256, 128, 64)` for 128x128.

    Args:
        latent_dim: Positive integer.
        output_shape: Tuple (height, width, channels), height and width
            multiples of `2 ** len(filters)`.
        filters: Tuple of one or more positive integers, the feature maps of
            the blocks. Defaults to `(64, 64, 64)`.
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

    >>> generator = residual_generator(128, (32, 32, 3))

    Reference:

    - [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), appendix B.4.
    """
    check_positive_integer(latent_dim, "latent_dim")
    filters = check_sizes(filters, "filters", at_least=1)
    *sides, channels = check_shape(
        output_shape, "output_shape", IMAGE, multiple_of=2 ** len(filters)
    )
    smallest = (*(side // 2 ** len(filters) for side in sides), filters[0])

    z = keras.Input((latent_dim,), name="z")
    labels = label_input(num_classes)
    x = with_label_vector(z, labels, num_classes)
    x = layers.Reshape(smallest)(layers.Dense(math.prod(smallest))(x))
    for count in filters:
        x = _doubled(x, count)
    images = convolution(
        normalized(x),
        channels,
        3,
        activation=output_activation,
        dtype=output_dtype(),
        name="images",
    )
    return keras.Model(joint(z, labels), images, name="generator")


def residual_discriminator(
    input_shape, filters=(32, 64, 64, 64), num_classes=None, outputs=(1,)
):
    """Scores images by residual blocks, which halve their sides.

    The last block keeps them. The paper's `filters` are `(128, 128, 128, 128)`
    for 32x32 images, where it halves no more than twice,
    `(64, 128, 256, 512, 1024)` for 48x48, and for 128x128 one more of 1024.

    Args:
        input_shape: Tuple (height, width, channels), height and width
            multiples of `2 ** (len(filters) - 1)`.
        filters: Tuple of one or more positive integers, the feature maps of
            the blocks. Defaults to `(32, 64, 64, 64)`.
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

    >>> discriminator = residual_discriminator((32, 32, 3))

    Reference:

    - [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), appendix B.4.
    - [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), for the
      projection.
    """
    filters = check_sizes(filters, "filters", at_least=1)
    shape = check_shape(
        input_shape, "input_shape", IMAGE, multiple_of=2 ** (len(filters) - 1)
    )
    images = x = keras.Input(shape, name="images")
    labels = label_input(num_classes)
    for level, count in enumerate(filters):
        # Pixels may be negative.
        y = x if level == 0 else layers.ReLU()(x)
        y = layers.ReLU()(convolution(y, count, 3))
        y = convolution(y, count, 3)
        x = layers.Add()([convolution(x, count, 1), y])
        if level < len(filters) - 1:
            x = layers.AveragePooling2D(2, data_format="channels_last")(x)
    # In half precision the sum over a large map overflows.
    features = ops.cast(layers.ReLU()(x), output_dtype())
    features = ops.sum(features, axis=(1, 2))
    y = discriminator_outputs(features, labels, num_classes, outputs)
    return keras.Model(joint(images, labels), y, name="discriminator")


def _doubled(x, filters):
    """A residual block that repeats each position."""
    y = convolution(_upsampled(normalized(x)), filters, 3, use_bias=False)
    y = convolution(normalized(y), filters, 3)
    # The paper convolves what is upsampled, to the same end.
    x = _upsampled(convolution(x, filters, 1))
    return layers.Add()([x, y])


def _upsampled(x):
    return layers.UpSampling2D(data_format="channels_last")(x)
