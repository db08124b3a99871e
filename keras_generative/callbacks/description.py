"""What a run trains, and on what, for people to read and to filter by."""

import math
import platform
import sys

import keras


def describe(model, params):
    """The configuration of a compiled model and of its run.

    Args:
        model: `keras.Model`.
        params: The `params` of a callback, with the arguments of `fit`.

    Returns:
        Dict that JSON can hold.
    """
    return {
        "model": {"class_name": type(model).__name__, **_config(model)},
        "compile": readable(model.get_compile_config()),
        "epochs": params.get("epochs"),
        "steps_per_epoch": params.get("steps"),
        "parameters": count_parameters(model),
        "seed": seed(model),
        "backend": keras.config.backend(),
        "versions": versions(),
    }


def count_parameters(model):
    """Numbers of weights: of the model, and of the networks it is made of."""
    counts = {
        "total": _count(model.weights),
        "trainable": _count(model.trainable_weights),
    }
    for name, network in networks(model).items():
        counts[name] = _count(network.weights)
    return counts


def networks(model):
    """Dict of the networks a model was made of, by the argument's name."""
    values = {name: getattr(model, name, None) for name in _config(model)}
    return {k: v for k, v in values.items() if isinstance(v, keras.Model)}


def seed(model):
    """Of a model's noise, which Keras drew if none was given, or `None`."""
    for owner in (model, *getattr(model, "layers", ())):
        generator = getattr(owner, "seed_generator", None)
        if generator is not None:
            # The second number counts the draws.
            return int(keras.ops.convert_to_numpy(generator.state)[0])
    return None


def versions():
    """Dict of package name to version, Python's included."""
    packages = ["keras_generative", "keras", "numpy", keras.config.backend()]
    return {
        "python": platform.python_version(),
        **{name: sys.modules[name].__version__ for name in packages},
    }


def readable(config):
    """A serialized Keras object without what only a loader needs."""
    if isinstance(config, (list, tuple)):
        return [readable(value) for value in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: readable(value) for key, value in config.items()}
    inner = readable(config["config"])
    if not isinstance(inner, dict):
        return inner  # A function, by its name.
    if list(inner) == ["name"]:
        return inner["name"]  # A dtype policy.
    return {"class_name": config["class_name"], **inner}


def _config(model):
    try:
        return readable(model.get_config())
    except NotImplementedError:
        return {}  # A model of one's own need not have one.


def _count(weights):
    return sum(math.prod(weight.shape) for weight in weights)
