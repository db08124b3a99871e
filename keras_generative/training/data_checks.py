"""What is said of data before the first step."""

import numbers
import warnings

import numpy as np
from keras import ops

from keras_generative.utils.batches import check_is_data
from keras_generative.utils.batches import check_not_empty
from keras_generative.utils.batches import check_samples
from keras_generative.utils.batches import first_batch
from keras_generative.utils.batches import shape_of
from keras_generative.utils.batches import split_batch
from keras_generative.utils.networks import last_activation
from keras_generative.utils.networks import output_range
from keras_generative.utils.samples import gather

# How far values may lie outside of a range by rounding, as a share of it.
_ROUNDING = 1e-3
# How many numbers of an array are looked at, for a fraction of a second.
_NUM_LOOKED_AT = 2**27


class DataCheck:
    """Checks the data of one `fit`, and gives each warning once.

    Args:
        model: `GenerativeModel`.
    """

    def __init__(self, model):
        self.model = model
        self._said = set()

    def check(self, data, labels=None, kind="samples"):
        """Raises a `ValueError` if a model cannot be trained on data.

        Args:
            data: What `fit` was given as `x`, or the first batch of it.
            labels: What it was given as `y`.
            kind: String, what the data are, for warnings. Defaults to
                `"samples"`.
        """
        batch = first_batch(data)
        if batch is None:
            return
        # Known without reading the samples, as those of our data sets are.
        own_labels = getattr(data, "all_labels", None)
        if own_labels is not None:
            self.model._check_targets(own_labels, own_labels)
        if isinstance(batch, (tuple, list, dict)):
            x, y, sample_weight = split_batch(batch)
            check_no_weights(self.model, sample_weight=sample_weight)
            labels = y if labels is None else labels
        else:
            x = batch
        check_holds_samples(x, kind)
        if shape_of(x) is None or getattr(x, "dtype", None) is None:
            return
        check_samples(shape_of(x)[1:], x.dtype, self.model._x_shape)
        check_not_empty(shape_of(x), kind)
        self.model._check_targets(x, labels)
        self._check_values(x, labels, kind)

    def _check_values(self, x, labels, kind):
        learned = x
        if self.model._are_targets(labels):
            if self.model._learns_sources:
                self._check_learned(x, kind)
            else:
                # Noise may lead out of the range that is to be learned.
                self._warn_unless_finite(*extremes(x), kind)
            learned, kind = labels, f"targets of {kind}"
        self._check_learned(learned, kind)

    def _check_learned(self, values, kind):
        lowest, highest = extremes(values)
        if self._warn_unless_finite(lowest, highest, kind):
            self._warn_of_range(lowest, highest, kind)
            self.model._check_range(lowest, highest)

    def _warn_unless_finite(self, lowest, highest, kind):
        is_finite = np.isfinite(lowest) and np.isfinite(highest)
        if not is_finite:
            self._warn(
                "not finite",
                f"The {kind} must be finite: after one step the weights would "
                f"be as they are. Received: values from {lowest} to {highest}",
            )
        return is_finite

    def _warn_of_range(self, lowest, highest, kind):
        """Warns of values that the network which makes samples cannot make."""
        if self.model.value_range is None:
            return
        low, high = self.model.value_range
        margin = _ROUNDING * (high - low)
        problem = None
        if lowest < low - margin or highest > high + margin:
            problem = "some to be learned are outside"
        elif low < 0.0 <= lowest < highest:
            problem = "all to be learned are in the upper half of it"
        if problem is not None:
            self._warn(
                (low, high, problem),
                f"{_maker(self.model)} makes samples in [{low:g}, {high:g}], "
                f"and {problem}. {_remedy(lowest, highest, low, high)} "
                f"Received: {kind} from {lowest:.4g} to {highest:.4g}",
            )

    def _warn(self, problem, message):
        if problem not in self._said:
            self._said.add(problem)
            warnings.warn(message, stacklevel=2)


def gathered_samples(model, data, shape=None):
    """Samples of an array or a data set, and the labels that came with them.

    Args:
        model: `GenerativeModel`.
        data: See `utils.samples.gather`.
        shape: Tuple, the shape of one. Defaults to `None`, the model's.

    Raises:
        ValueError: If there are none, or not of the shape.
    """
    check_is_data(data)
    x, labels = gather(data)
    check_samples(x.shape[1:], x.dtype, shape or model.sample_shape)
    check_not_empty(x.shape)
    return x, labels


def check_holds_samples(x, kind="samples"):
    """Raises a `ValueError` if a batch is a string, say, and no array."""
    if isinstance(x, (str, bytes, numbers.Number)) or x is None:
        raise ValueError(
            "A batch must hold an array of samples. "
            f"Received: {kind}={x!r} of type {type(x)}"
        )


def check_no_weights(model, **weights):
    """Raises a `ValueError` if some samples are to count more than others."""
    for name, value in weights.items():
        if value is not None:
            raise ValueError(
                f"`{type(model).__name__}` weighs all samples alike. "
                f"Received: {name}={value!r}"
            )


def check_no_samples(model, targets):
    """Raises a `ValueError` if labels have more axes than a class or a vector.

    Such are samples, as an autoencoder has for targets.
    """
    shape = shape_of(targets) or ()
    if len(shape) > 2:
        raise ValueError(
            f"What comes with samples must be {model._wanted_targets()}. "
            "Received: targets of shape (batch, "
            f"{', '.join(map(str, shape[1:]))})"
        )


def check_numbers(targets):
    """Raises a `ValueError` if what comes with samples is strings or objects.

    No tensor can hold these, not even to be ignored.
    """
    dtype = getattr(targets, "dtype", None)
    if getattr(dtype, "kind", "f") in "OSU":
        raise ValueError(
            "What comes with samples must be numbers. Leave it out for "
            f"networks that take no labels. Received: labels of dtype={dtype}"
        )


def extremes(x):
    """The lowest and the highest value, NaN if one is, as floats.

    Of a very large array, those of rows throughout it.

    Args:
        x: Array or tensor of samples, at least one.
    """
    x = x if isinstance(x, np.ndarray) else ops.convert_to_numpy(x)
    x = x[:: -(-x.size // _NUM_LOOKED_AT) or 1]
    return float(np.min(x)), float(np.max(x))


def _maker(model):
    network = getattr(model, model.sample_network)
    if output_range(network) != model.value_range:
        return f"By its `value_range`, `{model.name}`"
    activation = last_activation(network).__name__
    return f"The `{model.sample_network}`, which ends in {activation},"


def _remedy(lowest, highest, low, high):
    is_bytes = lowest >= 0.0 and 2.0 < highest <= 255.0
    is_symmetric = lowest >= -1.0 and highest <= 1.0
    if (low, high) == (0.0, 1.0) and (is_bytes or is_symmetric):
        return f"Scale them by `{'x / 255' if is_bytes else '(x + 1) / 2'}`."
    if (low, high) == (-1.0, 1.0) and lowest >= 0.0 and highest <= 1.0:
        return "Scale them by `2 * x - 1`."
    if (low, high) == (-1.0, 1.0) and is_bytes:
        return "Scale them by `x / 127.5 - 1`."
    return (
        "Scale them, let the network end in another activation, or give the "
        "model its `value_range`."
    )
