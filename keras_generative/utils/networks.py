"""What networks take and give, known before anything is trained."""

import keras
import numpy as np

from keras_generative.utils.validation import check_fit

# The values that a network which ends in an activation can give.
_RANGES = {
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}
_RESHAPING = (
    keras.layers.Cropping1D,
    keras.layers.Cropping2D,
    keras.layers.Flatten,
    keras.layers.InputLayer,
    keras.layers.Permute,
    keras.layers.Reshape,
)


def check_network(network, name):
    """Raises a `ValueError` unless `network` is a Keras model."""
    if not isinstance(network, keras.Model):
        raise ValueError(
            f"The {name} must be a `keras.Model`. "
            f"Received: {name}={network!r} of type {type(network)}"
        )


def label_input(network, position=1):
    """The last input of a network, its labels, or `None`.

    Args:
        network: `keras.Model`.
        position: Integer, how many inputs come before labels. Defaults to
            `1`, samples alone.
    """
    inputs = getattr(network, "inputs", None) or ()
    return inputs[position] if len(inputs) == position + 1 else None


def known_input_shape(network, name):
    """The shape of one sample that `network` takes, or a `ValueError`."""
    check_network(network, name)
    shape = getattr(network, "input_shape", None)
    if label_input(network) is not None:
        shape = tuple(network.inputs[0].shape)
    if not isinstance(shape, tuple) or len(shape) < 2 or None in shape[1:]:
        raise ValueError(
            f"The {name} must know the shape of its input: a functional model,"
            " or a `Sequential` that begins with `keras.Input`, of one input, "
            "or of samples and their labels. "
            f"Received: input_shape={shape} of {network!r}"
        )
    return shape[1:]


def output_shapes(network, input_shape, name):
    """Shapes of the outputs of `network`, or a `ValueError` if none fits.

    A network without weights gets them here.

    Args:
        network: `keras.Model` of one input, or of samples and labels.
        input_shape: Tuple, the shape of one sample.
        name: String, what the network is, for errors.

    Returns:
        List of tuples, without the batch.
    """
    check_network(network, name)
    inputs = keras.KerasTensor((None, *input_shape))
    labels = label_input(network)
    known_shape = getattr(network, "input_shape", None)
    try:
        if known_shape is None:
            outputs = network(inputs)
        elif labels is not None:
            check_fit(input_shape, network.inputs[0].shape[1:], "Its inputs")
            labels = keras.KerasTensor((None, *labels.shape[1:]), labels.dtype)
            outputs = network.compute_output_spec([inputs, labels])
        else:
            # Asked, not called: a `Sequential` would rebuild itself to fit.
            check_fit(input_shape, known_shape[1:], "Its inputs")
            outputs = network.compute_output_spec(inputs)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} does not take inputs of shape {tuple(input_shape)}. "
            f"Received: {name}={network!r}, which says: {error}"
        ) from error
    return [tuple(y.shape[1:]) for y in keras.tree.flatten(outputs)]


def output_range(network):
    """The smallest and the largest value a network can give.

    Returns:
        Pair of floats, infinite where nothing is known.
    """
    activation = last_activation(network)
    for name, bounds in _RANGES.items():
        if activation is keras.activations.get(name):
            return bounds
    return -np.inf, np.inf


def last_activation(network):
    """The activation of the last layer that does more than to reshape.

    Of a network with several outputs, before the first of them.
    """
    outputs = getattr(network, "outputs", None) or ()
    if len(outputs) > 1:
        network = keras.Model(network.inputs, outputs[0])
    # A functional network also has operations that are no layers.
    layers = getattr(network, "layers", ())
    for layer in reversed(getattr(network, "operations", layers)):
        if isinstance(layer, keras.Model):
            return last_activation(layer)
        if isinstance(layer, keras.layers.ReLU):
            return keras.activations.relu
        name = type(layer).__name__.lower()
        if isinstance(layer, _RESHAPING) or name in ("reshape", "transpose"):
            continue
        activation = getattr(keras.activations, name, None)
        return getattr(layer, "activation", activation)
    return None


def check_nothing_shared(**networks):
    """Raises a `ValueError` if two networks have a variable in common.

    Keras writes each network down by itself, and could not load such a pair.
    """
    owners = {}
    for name, network in networks.items():
        for variable in network.variables:
            owner = owners.setdefault(id(variable), name)
            if owner != name:
                raise ValueError(
                    f"The {owner} and the {name} must not share layers: Keras "
                    "saves each of them by itself, and such a model would not "
                    "load again. Give each layers of its own. "
                    f"Received: both with the variable '{variable.path}'"
                )
