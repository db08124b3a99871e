import keras
import numpy as np

from keras_generative.callbacks import model_facts


class DataOutOfRange:
    """Data that the model cannot make, or that is NaN or infinite.

    Nothing is said of the range where it is unknown, nor where the loss takes
    logits, which have another range than the data.

    Args:
        data: Float array of samples.
        value_range: Pair of numbers, or `None`, that of the model.
    """

    patience = 1

    def __init__(self, data, value_range=None):
        self.data = data
        self.value_range = value_range

    def examine(self, model, logs):
        low, high = self.value_range or known_range(model)
        rounding = 1e-6 * (high - low) if np.isfinite(high - low) else 0.0
        finite = np.isfinite(self.data)
        inside = finite & (self.data >= low - rounding)
        inside &= self.data <= high + rounding
        figures = {"data_outside": 1.0 - float(np.mean(inside))}
        if not finite.all():
            return figures, {
                "NaN in the data": f"{np.mean(~finite):.1%} of the data "
                "is NaN or infinite, and after one step the weights will be "
                "too. Leave these samples out."
            }
        smallest, largest = float(self.data.min()), float(self.data.max())
        found = (
            f"The data is in [{smallest:.3g}, {largest:.3g}], but the model "
            f"makes values in [{low:g}, {high:g}]"
        )
        advice = (
            f"Scale the data to that range{scaling(smallest, largest, low)}"
        )
        if not inside.all():
            return figures, {
                "data out of range": f"{found}. {advice}, or let the network "
                "end in another activation."
            }
        if np.isfinite(low) and low < 0.0 <= smallest:
            return figures, {
                "data in half of the range": f"{found}, and each value below "
                f"0 gives a fake away. {advice}, or let the network end in a "
                "sigmoid."
            }
        return figures, {}


def known_range(model):
    """The pair (low, high) that data must be in, infinite if unknown."""
    known = model_facts.value_range(model)
    if known is None or takes_logits(model):
        return -np.inf, np.inf
    return known


def takes_logits(model):
    """Whether the loss applies the last activation itself."""
    loss = getattr(model, "loss_fn", None) or getattr(model, "loss", None)
    if not isinstance(loss, keras.losses.Loss):
        return False
    return bool(loss.get_config().get("from_logits", False))


def scaling(smallest, largest, low):
    """How data of one of the usual ranges gets to another, if it is one."""
    if smallest >= 0.0 and 2.0 < largest <= 255.0:
        formulas = {0.0: "`x / 255`", -1.0: "`x / 127.5 - 1`"}
        source = "bytes"
    elif -1.0 <= smallest < 0.0 and largest <= 1.0:
        source, formulas = "from [-1, 1]", {0.0: "`(x + 1) / 2`"}
    elif 0.0 <= smallest and largest <= 1.0:
        source, formulas = "from [0, 1]", {-1.0: "`2 * x - 1`"}
    else:
        return ""
    return f", {source} with {formulas[low]}" if low in formulas else ""
