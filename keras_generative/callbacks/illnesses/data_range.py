import keras
import numpy as np

# What a network that ends in an activation can draw.
REACH = {
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}
RESHAPING = (
    keras.layers.Cropping2D,
    keras.layers.Permute,
    keras.layers.Reshape,
)


class DataRange:
    """Images that the network that makes images cannot make.

    Args:
        data: Float array of images.
    """

    patience = 1

    def __init__(self, data):
        self.data = data

    def examine(self, model, logs):
        name, network = image_maker(model)
        low, high = reach(network)
        finite = np.isfinite(self.data)
        inside = finite & (self.data >= low) & (self.data <= high)
        figures = {"data_outside": 1.0 - float(np.mean(inside))}
        if not finite.all():
            return figures, {
                "NaN in the data": f"{np.mean(~finite):.1%} of the data "
                "is NaN or infinite, and after one step the weights will be "
                "too. Leave these images out."
            }
        smallest, largest = self.data.min(), self.data.max()
        found = (
            f"The data is in [{smallest:.3g}, {largest:.3g}], but the {name} "
            f"ends in an activation that reaches [{low:g}, {high:g}]"
        )
        if not inside.all():
            return figures, {
                "data out of reach": f"{found}. Scale the data to that range, "
                f"{scaling(smallest, largest, low)}, or end in another one."
            }
        if low < 0.0 <= smallest:
            return figures, {
                "data in half of the range": f"{found}, and every pixel below "
                "0 gives it away. Scale the data to that range, "
                f"{scaling(smallest, largest, low)}, or end in a sigmoid."
            }
        return figures, {}


def image_maker(model):
    """The network of a model that makes images, and what it is called."""
    for name in ("generator", "decoder"):
        if hasattr(model, name):
            return name, getattr(model, name)
    return "model", model


def reach(network):
    """The smallest and the largest value a network can give, if known."""
    activation = last_activation(network)
    for name, bounds in REACH.items():
        if activation is keras.activations.get(name):
            return bounds
    return -np.inf, np.inf


def last_activation(network):
    """The activation of the last layer that does more than to reshape."""
    for layer in reversed(getattr(network, "layers", ())):
        if isinstance(layer, keras.Model):
            return last_activation(layer)
        if not isinstance(layer, RESHAPING):
            return getattr(layer, "activation", None)
    return None


def scaling(smallest, largest, low):
    """How to get from the range of the data to that of an activation."""
    if largest > 2.0:
        return "bytes with " + ("`x / 127.5 - 1`" if low else "`x / 255`")
    if smallest < 0.0:
        return "from [-1, 1] with `(x + 1) / 2`"
    return "from [0, 1] with `2 * x - 1`"
