from keras import layers

from keras_generative import backend
from keras_generative.layers.gaussian_sampling import GaussianSampling
from keras_generative.layers.shared_log_scale import SharedLogScale
from keras_generative.optimizers.optimizer_group import OptimizerGroup
from keras_generative.utils.validation import check_choice
from keras_generative.utils.validation import check_positive_integer

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
# What people who know other code write, and what it is here.
_HINTS = {
    "d_optimizer": "Its name is `discriminator_optimizer`.",
    "g_optimizer": "Its name is `generator_optimizer`.",
    "loss_fn": "Its name is `loss`.",
    "generator_optimizer": "There is one, `optimizer`.",
    "loss_weights": "A weight is an argument of what it belongs to, as `beta` "
    "of a `VAE`, and `weight` of a penalty.",
    "metrics": "Figures of generated samples come from "
    "`callbacks.GenerativeEvaluator`.",
    "optimizer": "A game has two: `generator_optimizer` and "
    "`discriminator_optimizer`.",
}
_EXECUTION = {
    "run_eagerly": False,
    "steps_per_execution": 1,
    "jit_compile": "auto",
}
_SWITCHES = {
    "run_eagerly": (True, False),
    "jit_compile": (True, False, "auto"),
}


def execution_of(model, arguments):
    """The arguments of `keras.Model.compile` on execution, with defaults.

    Args:
        model: `GenerativeModel`.
        arguments: Dict of what `compile` was given beyond its own arguments.

    Raises:
        ValueError: If one is unknown.
    """
    for name, value in arguments.items():
        if name not in _EXECUTION:
            hint = _HINTS.get(name, f"Others are {sorted(_EXECUTION)}.")
            raise ValueError(
                f"`{type(model).__name__}.compile` has no argument `{name}`. "
                f"{hint} Received: {name}={value!r}"
            )
    execution = {**_EXECUTION, **arguments}
    execution["steps_per_execution"] = check_positive_integer(
        execution["steps_per_execution"], "steps_per_execution"
    )
    for name, allowed in _SWITCHES.items():
        check_choice(execution[name], allowed, name)
    return execution


def choose_jit_compile(model, execution, optimizer):
    """The `jit_compile` that was asked for, or what its `"auto"` means.

    On a machine without a GPU, Keras keeps TensorFlow from XLA, which slows
    convolutions down there. Dense networks it makes faster. The step of a game
    of several players may take it long to compile, and is left to Keras.

    Args:
        model: `GenerativeModel`.
        execution: Dict from `execution_of`.
        optimizer: That of the model.

    Returns:
        Boolean or `"auto"`, as `keras.Model.compile` takes it.
    """
    jit_compile = execution["jit_compile"]
    if (
        jit_compile == "auto"
        and not execution["run_eagerly"]
        and backend.keras_avoids_xla()
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
