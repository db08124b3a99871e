"""What train steps need of torch."""

import contextlib

import torch

from keras_generative.backend.steps import WholeSteps

Steps = WholeSteps


def train_step(method):
    """Makes a stateful `method(self, data)` the `train_step` Keras calls."""
    return method


def test_step(method):
    """Makes a stateful `method(self, data)` the `test_step` Keras calls."""
    return method


def value_and_grad(fn, variables):
    """`fn() -> (loss, aux)`; returns `(loss, aux)` and d loss / d variables."""
    loss, aux = fn()
    values = [variable.value for variable in variables]
    return (loss, aux), _grad([loss], values)


def value_and_input_grad(fn, *inputs):
    """`fn(*inputs) -> (loss, aux)`; returns that and d loss / d inputs."""
    inputs = [x.detach().requires_grad_() for x in inputs]
    loss, aux = fn(*inputs)
    return (loss, aux), _grad([loss], inputs)


def vjp(fn, variables):
    """`fn() -> outputs`, a tuple; returns it and cotangents -> gradients."""
    outputs = fn()
    values = [variable.value for variable in variables]
    return outputs, lambda cotangents: _grad(outputs, values, cotangents)


def input_gradient(fn, x):
    """d sum(fn(x)) / d x, differentiable once more."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():  # `evaluate` runs without
        outputs = fn(x).sum()
        return torch.autograd.grad(outputs, x, create_graph=True)[0]


def traced(fn, *inputs):
    """`fn(*inputs)`, run as a step would run it."""
    with torch.enable_grad():
        return fn(*inputs)


def compiled(fn, jit_compile):
    """`fn`, which has no side effects, without gradients."""
    return torch.no_grad()(fn)


def explicit_values(variables):
    """The values a compiled function must be given, `None` for what it reads.

    In a `keras.StatelessScope` they are others than those of the variables.
    """
    values = [variable.value for variable in variables]
    return [None if isinstance(x, torch.nn.Parameter) else x for x in values]


def double_precision():
    """Context in which float64 is computed as such, which here it always is."""
    return contextlib.nullcontext()


def is_symbolic(x):
    """Whether a tensor stands for values that a compiled step will know."""
    return x.is_meta or torch.compiler.is_compiling()


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` and the optimizer's own state."""
    with torch.no_grad():
        optimizer.apply(gradients, variables)


def own_arrays(variables):
    """Gives each variable an array of its own, which here they have."""


def keras_avoids_xla():
    """Whether Keras leaves XLA alone: torch has none."""
    return False


def batches(arrays, batch_size, shuffle):
    """A dataset of batches of arrays, or `None` where Keras' own will do."""
    return None


def global_noise_kept():
    """Context after which torch draws as if nothing had been drawn in it.

    Each of its loaders draws a seed, also where it does not shuffle.
    """
    return torch.random.fork_rng(devices=[])


def replicas_of(model):
    """How many replicas share each batch that `model.fit` is given: 1."""
    return 1


def num_replicas():
    """How many replicas share the step that is being run: always 1."""
    return 1


def replica_id():
    """Which of the replicas this is: always 0."""
    return 0


def sum_over_replicas(tensors):
    """Sums of a list of tensors over replicas: themselves."""
    return tensors


def is_chief():
    """Whether this process is the one that writes pictures and logs."""
    return True


def _grad(outputs, inputs, cotangents=None):
    # A constant among the outputs (no regularizer, say) has no graph.
    cotangents = cotangents or [torch.ones_like(y) for y in outputs]
    pairs = [(y, c) for y, c in zip(outputs, cotangents) if y.requires_grad]
    if not pairs:
        return [torch.zeros_like(x) for x in inputs]
    outputs, cotangents = zip(*pairs)
    return list(
        torch.autograd.grad(
            outputs,
            inputs,
            cotangents,
            allow_unused=True,
            materialize_grads=True,
        )
    )
