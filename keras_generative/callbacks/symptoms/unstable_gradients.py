import keras
import numpy as np

from keras_generative.callbacks.description import networks
from keras_generative.callbacks.training_state import training_state

# Bounds of an epoch's update over the learning rate, and of the update. Healthy
# runs of `benchmarks/doctor.py` had 7 or more, and 1.0 or less. Behind twenty
# layers of sigmoids a kernel did not move at all.
VANISHED_UPDATE = 1e-4
EXPLODED_UPDATE = 10.0
# The same for the norm of a gradient, over that at the first examination. In
# healthy runs it was 0.06 to 60. No run there is ill of it, and the bounds are
# just far from that.
VANISHED_NORM = 1e-6
EXPLODED_NORM = 1e3
# Of each kernel that many weights, spread evenly, are looked at.
NUM_WEIGHTS = 4096


class UnstableGradients:
    """Gradients that vanish or explode, and what comes of them.

    The update of a kernel is the norm of its change in an epoch, over that of
    the kernel. Adam makes updates of large gradients as large as of small
    ones. So where `optimizers.GradientNorm` tells the gradient's norm, that
    is looked at, too.
    """

    patience = 1

    def __init__(self):
        self.kernels = {}
        self.first_norms = {}

    def begin(self, model):
        """Remembers the weights that an epoch begins with."""
        self.kernels = kernels(model)

    def examine(self, model, logs):
        state = training_state(model)
        figures, complaints = self.examine_updates(model, state)
        for name, norm in state.items():
            if name.startswith("gradient_norm"):
                figures[name] = norm
                complaints.update(self.examine_norm(name, norm))
        return figures, complaints

    def examine_updates(self, model, state):
        figures, complaints = {}, {}
        for network, new in kernels(model).items():
            updates = relative_changes(self.kernels[network], new)
            if not updates:
                continue
            smallest = min(updates, key=updates.get)
            largest = max(updates, key=updates.get)
            figures[f"{network}_smallest_update"] = updates[smallest]
            figures[f"{network}_largest_update"] = updates[largest]
            rate = learning_rate(state, network)
            if updates[smallest] < VANISHED_UPDATE * rate:
                complaints[f"vanishing gradients in the {network}"] = (
                    f"`{smallest}` moved by {updates[smallest]:.1g} of its "
                    f"norm in an epoch. {VANISHING}"
                )
            if updates[largest] > EXPLODED_UPDATE:
                complaints[f"exploding gradients in the {network}"] = (
                    f"`{largest}` moved by {updates[largest]:.1f} times its "
                    f"norm in an epoch. {EXPLODING}"
                )
        return figures, complaints

    def examine_norm(self, name, norm):
        first = self.first_norms.setdefault(name, norm)
        found = f"It is {norm:.2g}, after {first:.2g} at first."
        if norm < VANISHED_NORM * first:
            return {f"a vanishing {name}": f"{found} {VANISHING}"}
        if norm > EXPLODED_NORM * first:
            return {f"an exploding {name}": f"{found} {EXPLODING}"}
        return {}


VANISHING = (
    "Try relu or leaky relu instead of sigmoid or tanh between layers, smaller "
    "initial weights, or normalization."
)
EXPLODING = "Try a smaller learning rate, or `clipnorm` in the optimizer."


def learning_rate(state, network):
    """Of the player that is this network, or else the smallest of all."""
    rates = {k: v for k, v in state.items() if k.startswith("learning_rate")}
    smallest = min(rates.values(), default=0.0)
    return rates.get(f"learning_rate_{network}", smallest)


def kernels(model):
    """Weights of each trainable kernel, by the network and the path."""
    return {
        name: {
            weight.path: some_weights(weight)
            for weight in network.trainable_variables
            if len(weight.shape) > 1
        }
        for name, network in networks(model).items()
    }


def some_weights(weight):
    values = keras.ops.convert_to_numpy(weight).ravel().astype("float64")
    return values[:: max(1, len(values) // NUM_WEIGHTS)]


def relative_changes(old, new):
    """Norms of changes over norms, of what did not begin at zero."""
    return {
        path: float(np.linalg.norm(new[path] - value) / np.linalg.norm(value))
        for path, value in old.items()
        if value.any()
    }
