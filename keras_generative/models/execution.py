from keras import layers

from keras_generative import backend
from keras_generative.layers.gaussian_sampling import GaussianSampling
from keras_generative.layers.shared_log_scale import SharedLogScale
from keras_generative.optimizers.optimizer_group import OptimizerGroup

# Layers of dense networks that XLA is known to compile.
_DENSE = (
    layers.Activation,
    layers.BatchNormalization,
    layers.Dense,
    layers.Dropout,
    layers.Flatten,
    layers.InputLayer,
    layers.LayerNormalization,
    layers.LeakyReLU,
    layers.ReLU,
    layers.Reshape,
    GaussianSampling,
    SharedLogScale,
)


def choose_jit_compile(model, optimizer):
    """The `jit_compile` of a model's `execution`, or what its `"auto"` means.

    On a machine without a GPU, Keras keeps TensorFlow from XLA, which slows
    convolutions down there. Dense networks it makes faster. The step of a game
    of several players may take it long to compile, and is left to Keras.

    Args:
        model: `GenerativeModel`.
        optimizer: That of the model.

    Returns:
        Boolean or `"auto"`, as `keras.Model.compile` takes it.
    """
    jit_compile = model.execution["jit_compile"]
    if (
        jit_compile == "auto"
        and not model.execution["run_eagerly"]
        and backend.spares_xla()
        and not isinstance(optimizer, OptimizerGroup)
        and _is_dense(model)
    ):
        return True
    return jit_compile


def _is_dense(model):
    return all(
        _is_dense(layer) if hasattr(layer, "layers") else type(layer) in _DENSE
        for layer in model.layers
    )
