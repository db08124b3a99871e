"""What can be read off a model in training, beside its logs."""

import time

import keras
import numpy as np


def training_state(model):
    """Learning rates, gradient norms and beta, as they are now.

    Returns:
        Dict of name to float. Where there are several players, the names of
        the first two end with that of the player: `learning_rate_generator`.
    """
    values = {}
    for suffix, optimizer in _optimizers(model).items():
        values[f"learning_rate{suffix}"] = optimizer.learning_rate
        norm = _gradient_norm(optimizer)
        if norm is not None:
            values[f"gradient_norm{suffix}"] = norm
    beta = getattr(model, "beta", None)
    if isinstance(beta, keras.Variable):
        values["beta"] = beta
    return numbers(values)


def numbers(values):
    """The scalars of a dict, as floats."""
    arrays = {k: keras.ops.convert_to_numpy(v) for k, v in values.items()}
    return {k: float(np.squeeze(v)) for k, v in arrays.items() if v.size == 1}


def steps_done(model):
    """Training steps in all the life of the optimizer, of earlier runs too."""
    optimizer = getattr(model, "optimizer", None)
    iterations = getattr(optimizer, "iterations", 0)
    return int(keras.ops.convert_to_numpy(iterations))


def images_seen(model):
    """Images of the epoch so far, or `None` where the model does not know."""
    # The weights of a mean over an epoch are the sizes of its batches.
    for metric in getattr(model, "metrics", ()):
        if isinstance(metric, keras.metrics.Mean):
            return int(keras.ops.convert_to_numpy(metric.count))
    return None


class Speedometer:
    """Images per second since it was last asked, or since `restart`."""

    def restart(self):
        self._images, self._time = 0, time.perf_counter()

    def read(self, model):
        """Returns a dict, empty where the number of images is unknown."""
        images = images_seen(model)  # Waits for the last step.
        if not images:
            return {}
        seconds = time.perf_counter() - self._time
        rate = (images - self._images) / max(seconds, 1e-9)
        self._images, self._time = images, self._time + seconds
        return {"images_per_second": rate}


def _optimizers(model):
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    players = getattr(optimizer, "inner_optimizers", None)
    if players is None:
        return {"": optimizer}
    return {f"_{player}": inner for player, inner in players.items()}


def _gradient_norm(optimizer):
    """The norm in a `GradientNorm`, which loss scaling may wrap."""
    while optimizer is not None:
        if hasattr(optimizer, "gradient_norm"):
            return optimizer.gradient_norm
        optimizer = getattr(optimizer, "inner_optimizer", None)
    return None
