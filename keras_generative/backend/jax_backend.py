"""What train steps need of JAX: state made explicit, and nothing else.

A step runs inside a `keras.StatelessScope`, and what JAX differentiates in one
of its own. `_Frame` hands values down from one to the other, `_lift` back up.
"""

import contextlib
import contextvars
import functools

import jax
import keras

from keras_generative.backend.lent_variables import LentVariables
from keras_generative.backend.lent_variables import present_values

Steps = LentVariables

# The innermost frame, of each thread alone: models may train side by side.
_innermost_frame = contextvars.ContextVar("innermost_frame", default=None)


class _Frame(keras.StatelessScope):
    """A stateless scope that can list the variables it holds and updated."""

    def __init__(self, state=()):
        state = list(state)
        super().__init__(state, collect_losses=True)
        self._variables = {id(variable): variable for variable, _ in state}
        self._updated = {}

    def __enter__(self):
        self._token = _innermost_frame.set(self)
        return super().__enter__()

    def __exit__(self, *exception):
        super().__exit__(*exception)
        _innermost_frame.reset(self._token)

    def add_update(self, update):
        variable, _ = update
        self._variables[id(variable)] = variable
        self._updated[id(variable)] = variable
        super().add_update(update)

    def updates(self):
        return self.values(self._updated.values())

    def values(self, variables):
        return [(v, self.get_current_value(v)) for v in variables]


def train_step(method):
    """Makes a stateful `method(self, data)` the `train_step` Keras calls."""
    return _stateless(method, lambda model: model.optimizer.variables)


def test_step(method):
    """Makes a stateful `method(self, data)` the `test_step` Keras calls."""
    return _stateless(method)


def value_and_grad(fn, variables):
    """`fn() -> (loss, aux)`; returns `(loss, aux)` and d loss / d variables."""
    pure, commit = _lift(fn, variables)

    def objective(values):
        (loss, aux), updates = pure(values)
        return loss, (aux, updates)

    (loss, (aux, updates)), gradients = jax.value_and_grad(
        objective, has_aux=True
    )([variable.value for variable in variables])
    commit(updates)
    return (loss, aux), gradients


def value_and_input_grad(fn, *inputs):
    """`fn(*inputs) -> (loss, aux)`; returns that and d loss / d inputs."""
    pure, commit = _lift(fn)

    def objective(inputs):
        (loss, aux), updates = pure([], *inputs)
        return loss, (aux, updates)

    (loss, (aux, updates)), gradients = jax.value_and_grad(
        objective, has_aux=True
    )(inputs)
    commit(updates)
    return (loss, aux), gradients


def vjp(fn, variables):
    """`fn() -> outputs`, a tuple; returns it and cotangents -> gradients."""
    pure, commit = _lift(fn, variables)
    outputs, pullback, updates = jax.vjp(
        pure, [variable.value for variable in variables], has_aux=True
    )
    commit(updates)
    return outputs, lambda cotangents: pullback(cotangents)[0]


def input_gradient(fn, x):
    """d sum(fn(x)) / d x, differentiable once more.

    State that `fn` updates keeps its old value.
    """
    pure, _ = _lift(fn)
    return jax.grad(lambda x: pure([], x)[0].sum())(x)


def traced(fn, *inputs):
    """`fn(*inputs)`, run as a compiled step would run it.

    State that `fn` updates keeps its old value.
    """
    pure, _ = _lift(fn)
    return jax.jit(lambda *inputs: pure([], *inputs)[0])(*inputs)


def compiled(fn, jit_compile):
    """`fn`, which has no side effects, compiled unless XLA cannot."""
    return jax.jit(fn) if jit_compile else fn


def explicit_values(variables):
    """The values a compiled function must be given, as JAX takes each."""
    return present_values(variables)


def double_precision():
    """Context in which float64 is computed as such."""
    return jax.enable_x64(True)


def is_symbolic(x):
    """Whether a tensor stands for values that a compiled step will know."""
    return isinstance(x, jax.core.Tracer)


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` and the optimizer's own state."""
    # Not `apply`: loss scaling branches, which on JAX only the stateless
    # form can.
    new_values, new_state = optimizer.stateless_apply(
        [variable.value for variable in optimizer.variables],
        gradients,
        [variable.value for variable in variables],
    )
    for variable, value in zip(variables, new_values):
        variable.assign(value)
    for variable, value in zip(optimizer.variables, new_state):
        variable.assign(value)


def own_arrays(variables):
    """Gives each variable an array of its own.

    Keras puts moving averages in the place of weights by sharing arrays, and
    lends all arrays to JAX, never to be seen again, when it trains.
    """
    for variable in variables:
        variable.assign(variable.value.copy())


def keras_avoids_xla():
    """Whether Keras leaves XLA alone: JAX is made of it."""
    return False


def batches(arrays, batch_size, shuffle):
    """A dataset of batches of arrays, or `None` where Keras' own will do."""
    return None


def global_noise_kept():
    """Context after which data are shuffled as if nothing had been drawn."""
    return contextlib.nullcontext()


def replicas_of(model):
    """How many replicas share each batch that `model.fit` is given."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    replicas = mesh.shape[mesh.axis_names.index(distribution.batch_dim_name)]
    # Each process gives `fit` the images of its own devices.
    return max(1, replicas // jax.process_count())


def num_replicas():
    """How many replicas share the step: 1, since JAX shards whole arrays."""
    return 1


def replica_id():
    """Which of the replicas this is: always 0."""
    return 0


def sum_over_replicas(tensors):
    """Sums of a list of tensors over replicas: themselves."""
    return tensors


def is_chief():
    """Whether this process is the one that writes pictures and logs."""
    return jax.process_index() == 0


def _stateless(method, *more_variables):
    """The method as Keras calls it on JAX, with the state it is to see."""

    @functools.wraps(method)
    def step(self, state, data):
        groups = (
            self.trainable_variables,
            self.non_trainable_variables,
            *[variables(self) for variables in more_variables],
            self.metrics_variables,
        )
        pairs = [
            (variable, value)
            for group, values in zip(groups, state)
            for variable, value in zip(group, values)
        ]
        with _Frame(pairs) as frame:
            logs = method(self, data)
        new_state = tuple(
            [value for _, value in frame.values(group)] for group in groups
        )
        return logs, new_state

    return step


def _lift(fn, variables=()):
    """Frees `fn` of side effects.

    Returns `pure(values, *inputs) -> (outputs, updates)`, where `values` are
    those of `variables`, and `commit(updates)`, which makes the updates
    visible around it. `pure` may be traced once.
    """
    frame = _innermost_frame.get()
    outer = frame.values(frame._variables.values()) if frame else []
    updated = []

    def pure(values, *inputs):
        with _Frame([*outer, *zip(variables, values)]) as frame:
            outputs = fn(*inputs)
        updates = frame.updates()
        updated[:] = [variable for variable, _ in updates]
        return outputs, [value for _, value in updates]

    def commit(updates):
        for variable, value in zip(updated, updates):
            variable.assign(value)

    return pure, commit
