"""Networks computed for their outputs alone."""

import threading
import weakref

import keras
from keras import ops

from keras_generative.backend import engine


class Forward:
    """Outputs of a network, computed from the weights it has at this moment.

    Keras' own `predict_on_batch` lends the arrays of all weights to JAX, which
    ends them for whoever else holds them. Here they are read, never lent, so
    that threads may share a network, and nothing has to be copied.

    Args:
        network: `keras.Model` with one input or several.
        training: Boolean, whether dropout draws, say. Defaults to
            `None`, as Keras has it outside of training.

    Example:

    >>> outputs = Forward(model.decoder).predict_on_batch(z)
    """

    def __init__(self, network, training=None):
        self._compute = _compiled.of(network, training)
        self._variables = network.variables
        self._values = engine.explicit_values(self._variables)

    def predict_on_batch(self, inputs):
        """The outputs for one batch, as arrays.

        Args:
            inputs: Array, or a list of them for a network of several inputs.
        """
        inputs = keras.tree.map_structure(ops.convert_to_tensor, inputs)
        outputs, updates = self._compute(self._values, inputs)
        for index, value in enumerate(updates):
            if value is not None:  # that of a layer which draws noise, say
                self._values[index] = value
                self._variables[index].assign(value)
        return keras.tree.map_structure(ops.convert_to_numpy, outputs)


class _Compiled:
    """The compiled functions of each network, for as long as it lives."""

    def __init__(self):
        self._functions = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, network, training):
        with self._lock:
            functions = self._functions.setdefault(network, {})
            if training not in functions:
                functions[training] = engine.compiled(
                    _pure(network, training), network.jit_compile
                )
            return functions[training]


_compiled = _Compiled()


def _pure(network, training):
    """`function(values, inputs) -> (outputs, updates)`, `None` for no update.

    It does not keep the network alive.
    """
    reference = weakref.ref(network)

    def function(values, inputs):
        network = reference()
        variables = network.variables
        state = [(v, x) for v, x in zip(variables, values) if x is not None]
        with keras.StatelessScope(state) as scope:
            before = [scope.get_current_value(v) for v in variables]
            outputs = network(inputs, training=training)
        after = [scope.get_current_value(v) for v in variables]
        return outputs, [
            None if new is old else new for old, new in zip(before, after)
        ]

    return function
