"""How networks take class labels, beside what they take anyway."""

import math

import keras
from keras import layers

from keras_generative.utils.validation import check_positive_integer

EMBEDDING_DIM = 32


def label_input(num_classes):
    """An input for integers of shape (batch,), or `None` without classes."""
    if num_classes is None:
        return None
    check_positive_integer(num_classes, "num_classes")
    return keras.Input((), dtype="int32", name="labels")


def joint(inputs, labels):
    """The inputs of a network with labels or, if those are `None`, without."""
    return inputs if labels is None else [inputs, labels]


def with_label_vector(x, labels, num_classes):
    """Joins an embedding of the labels to vectors.

    Args:
        x: Tensor of shape (batch, n).
        labels: What `label_input` returned.
        num_classes: Integer or `None`.

    Returns:
        Tensor of shape (batch, n + 32), or `x` without labels.
    """
    if labels is None:
        return x
    embedding = label_embedding(num_classes, EMBEDDING_DIM)(labels)
    return layers.Concatenate()([x, embedding])


def with_label_channel(x, labels, num_classes):
    """Joins an embedding of the labels to images or series, as a channel.

    From the first convolution on it has a say in every feature.

    Args:
        x: Tensor of shape (batch, ..., channels).
        labels: What `label_input` returned.
        num_classes: Integer or `None`.

    Returns:
        Tensor of shape (batch, ..., channels + 1), or `x` without labels.
    """
    if labels is None:
        return x
    sides = x.shape[1:-1]
    channel = label_embedding(num_classes, math.prod(sides))(labels)
    channel = layers.Reshape((*sides, 1))(channel)
    return layers.Concatenate()([x, channel])


def label_embedding(num_classes, dim):
    # As large as latents from N(0, I), so that labels are heard from the
    # first step on.
    return layers.Embedding(
        num_classes,
        dim,
        embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0),
    )
