"""What a discriminator that also tells classes is trained by."""

import keras
from keras import ops

from keras_generative import backend


def class_cross_entropy(labels, logits):
    """The mean cross-entropy of the samples whose class is known.

    Args:
        labels: Tensor of shape (batch,), classes, or -1 where none is known.
        logits: Tensor of shape (batch, num_classes).

    Returns:
        Tuple of a scalar, 0 if no class is known, and two logs: the same loss
        and the accuracy, each a pair of a mean and over how many samples.
    """
    labels = ops.cast(labels, "int32")
    known = ops.cast(labels >= 0, "float32")  # (batch,)
    losses = known * keras.losses.sparse_categorical_crossentropy(
        ops.maximum(labels, 0), logits, from_logits=True
    )
    guesses = ops.cast(ops.argmax(logits, axis=-1), "int32")
    right = known * ops.cast(guesses == labels, "float32")
    count = ops.sum(known)
    # Replicas may know different numbers of classes, and weigh all alike.
    (total,) = backend.sum_over_replicas([count])
    loss = ops.sum(losses) * backend.num_replicas() / ops.maximum(total, 1.0)
    logs = [
        (ops.sum(values) / ops.maximum(count, 1.0), count)
        for values in (losses, right)
    ]
    return loss, *logs
