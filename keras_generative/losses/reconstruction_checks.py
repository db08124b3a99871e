"""What a reconstruction loss asks of the decoder and of the data."""

import keras
import numpy as np
from keras import ops

from keras_generative.losses.likelihoods import DiscretizedLogisticNLL
from keras_generative.utils.networks import last_activation
from keras_generative.utils.networks import output_range

_BINARY = (
    keras.losses.BinaryCrossentropy,
    keras.losses.BinaryFocalCrossentropy,
    keras.losses.binary_crossentropy,
    keras.losses.binary_focal_crossentropy,
)
_OF_CLASSES = (
    keras.losses.CategoricalCrossentropy,
    keras.losses.CategoricalFocalCrossentropy,
    keras.losses.CategoricalHinge,
    keras.losses.SparseCategoricalCrossentropy,
    keras.losses.CTC,
    keras.losses.categorical_crossentropy,
    keras.losses.categorical_focal_crossentropy,
    keras.losses.categorical_hinge,
    keras.losses.sparse_categorical_crossentropy,
    keras.losses.ctc,
)
# How far values may lie outside of a range by rounding, as a share of it.
_ROUNDING = 1e-3


def check_loss_fits_decoder(loss, decoder, name="decoder"):
    """Raises a `ValueError` if a loss misreads what a decoder gives.

    Where the last activation is not one of Keras', nothing is known.

    Args:
        loss: What `get_reconstruction_loss` returned.
        decoder: `keras.Model`.
        name: String, what it is, for errors. Defaults to `"decoder"`.
    """
    if _is_one_of(loss, _OF_CLASSES):
        raise ValueError(
            "A reconstruction loss compares a number of a sample with that of "
            "its reconstruction, and the loss is one of labels and the "
            "probabilities of classes. Allowed are losses such as "
            f"'mean_squared_error'. Received: loss={_name_of(loss)}"
        )
    activation = last_activation(decoder)
    if activation is None or not _is_one_of(loss, _BINARY):
        return
    low, high = output_range(decoder)
    known = np.isfinite([low, high]).any()
    received = (
        f"Received: loss={_name_of(loss)} for a {name} that ends in "
        f"{activation.__name__}"
    )
    if _takes_logits(loss):
        if known:
            raise ValueError(
                "A loss with `from_logits=True` applies the sigmoid itself: "
                f"the {name} must end without an activation, or the loss have "
                f"`from_logits=False`. {received}"
            )
    elif activation is keras.activations.linear or (
        known and (low < 0.0 or high > 1.0)
    ):
        raise ValueError(
            f"Binary cross-entropy is a loss of probabilities: the {name} "
            "must end in a sigmoid, or the loss have `from_logits=True`. "
            f"{received}"
        )


def check_values(loss, samples):
    """Raises a `ValueError` if samples are outside the range of a loss.

    Args:
        loss: What `get_reconstruction_loss` returned.
        samples: Array or tensor.
    """
    if isinstance(loss, DiscretizedLogisticNLL):
        low, high = loss.value_range
    elif _is_one_of(loss, _BINARY):
        low, high = 0.0, 1.0
    else:
        return
    samples = ops.convert_to_numpy(samples)
    lowest, highest = samples.min(), samples.max()
    margin = _ROUNDING * (high - low)
    if keras.config.backend() == "torch" and _is_one_of(loss, _BINARY):
        margin = 0.0  # It raises an error of its own, in any step.
    if lowest < low - margin or highest > high + margin:
        raise ValueError(
            f"The loss is one of samples in [{low:g}, {high:g}]. What is "
            "outside by rounding alone is brought in by `x.clip(...)`. "
            f"Received: loss={_name_of(loss)} for samples from {lowest:.8g} to "
            f"{highest:.8g}"
        )


def _is_one_of(loss, known):
    return loss in known or type(loss) in known


def _name_of(loss):
    return getattr(loss, "name", None) or getattr(loss, "__name__", repr(loss))


def _takes_logits(loss):
    return bool(getattr(loss, "get_config", dict)().get("from_logits"))
