"""What train steps need of TensorFlow."""

import contextlib
import functools
import math

import keras
import numpy as np
import tensorflow as tf

from keras_generative.backend.steps import WholeFit
from keras_generative.utils.optimizers import innermost

# Where it makes an iterator half, it takes the process down later.
Steps = WholeFit
_ZERO = tf.UnconnectedGradients.ZERO


def train_step(method):
    """Makes a stateful `method(self, data)` the `train_step` Keras calls."""

    @functools.wraps(method)
    def step(self, data):
        _check_share(data)
        # What needs no data, as counting steps and drawing noise, would also
        # run where there is none left, which ends an epoch of unknown length.
        tensors = [x for x in tf.nest.flatten(data) if x is not None]
        with tf.control_dependencies(tensors):
            logs = method(self, data)
        # Keras reduces the logs of several workers over axis 0.
        return tf.nest.map_structure(_vector, logs) if _workers() else logs

    return step


test_step = train_step


def value_and_grad(fn, variables):
    """`fn() -> (loss, aux)`; returns `(loss, aux)` and d loss / d variables."""
    with tf.GradientTape() as tape:
        loss, aux = fn()
    values = [variable.value for variable in variables]
    return (loss, aux), tape.gradient(loss, values, None, _ZERO)


def value_and_input_grad(fn, *inputs):
    """`fn(*inputs) -> (loss, aux)`; returns that and d loss / d inputs."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        loss, aux = fn(*inputs)
    return (loss, aux), tape.gradient(loss, inputs, None, _ZERO)


def vjp(fn, variables):
    """`fn() -> outputs`, a tuple; returns it and cotangents -> gradients."""
    with tf.GradientTape() as tape:
        outputs = fn()
    values = [variable.value for variable in variables]
    return outputs, lambda cotangents: tape.gradient(
        outputs, values, cotangents, _ZERO
    )


def input_gradient(fn, x):
    """d sum(fn(x)) / d x, differentiable once more."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        outputs = fn(x)
    return tape.gradient(outputs, x, None, _ZERO)


def traced(fn, *inputs):
    """`fn(*inputs)`, run as a compiled step would run it."""
    # Traced here and not in the call, which would warn of frequent tracing.
    return tf.function(fn).get_concrete_function(*inputs)(*inputs)


def compiled(fn, jit_compile):
    """`fn`, which has no side effects, as a graph, and by XLA if so asked."""
    # Told apart by their code, which a partial function has none of, those of
    # many networks would be taken for one that is traced too often.
    return tf.function(
        functools.partial(fn),
        reduce_retracing=True,
        jit_compile=jit_compile or None,
    )


def explicit_values(variables):
    """The values a compiled function must be given, `None` for what it reads.

    In a `keras.StatelessScope` they are others than those of the variables.
    """
    values = [variable.value for variable in variables]
    return [None if isinstance(x, tf.Variable) else x for x in values]


def double_precision():
    """Context in which float64 is computed as such, which here it always is."""
    return contextlib.nullcontext()


def is_symbolic(x):
    """Whether a tensor stands for values that a compiled step will know."""
    # A variable has values, but none to be read while a step is traced.
    tracing = isinstance(x, tf.Variable) and not tf.executing_eagerly()
    return tracing or tf.is_symbolic_tensor(x)


def apply_gradients(optimizer, gradients, variables):
    """Updates `variables` and the optimizer's own state."""
    inner = innermost(optimizer)
    if inner.gradient_accumulation_steps and num_replicas() > 1:
        # Keras would meet the other replicas within a branch.
        raise ValueError(
            "Gradients are not accumulated under a `tf.distribute` strategy. "
            "Use larger batches, or one device. Received: an optimizer with "
            f"gradient_accumulation_steps={inner.gradient_accumulation_steps}"
        )
    # The rows of an embedding come one by one, also where several are of one
    # class, and Keras would square them one by one.
    gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
    optimizer.apply(gradients, variables)


def own_arrays(variables):
    """Gives each variable an array of its own, which here they have."""


def keras_avoids_xla():
    """Whether Keras leaves XLA alone, as on machines without a GPU."""
    one_replica = tf.distribute.get_strategy().num_replicas_in_sync == 1
    return one_replica and not tf.config.list_physical_devices("GPU")


def batches(arrays, batch_size, shuffle):
    """A dataset of batches of arrays, in a new order each time if `shuffle`.

    Keras leaves it to tf.data to find out how many threads read arrays best.
    Its thread for that now and then sleeps through the end of an epoch, which
    waits for it. Where a seed was set, Keras also keeps the order of the first
    epoch.
    """
    num_rows = len(arrays[0])
    num_full = num_rows // batch_size * batch_size
    with tf.device("CPU:0"):
        tensors = [tf.convert_to_tensor(_as_float(array)) for array in arrays]

    def batches_of_rows(seed):
        rows = tf.range(num_rows)
        if shuffle:
            rows = tf.random.experimental.stateless_shuffle(rows, seed)
        full = tf.reshape(rows[:num_full], (-1, batch_size))
        dataset = tf.data.Dataset.from_tensor_slices(full)
        if num_full < num_rows:
            rest = tf.data.Dataset.from_tensors(rows[num_full:])
            dataset = dataset.concatenate(rest)
        return dataset

    def batch_of(rows):
        return tuple(tf.gather(tensor, rows) for tensor in tensors)

    seeds = tf.data.Dataset.random(rerandomize_each_iteration=True)
    dataset = seeds.batch(2).take(1).flat_map(batches_of_rows)
    dataset = dataset.map(batch_of, num_parallel_calls=2).prefetch(2)
    options = tf.data.Options()
    options.autotune.enabled = False
    num_batches = math.ceil(num_rows / batch_size)
    cardinality = tf.data.experimental.assert_cardinality(num_batches)
    return dataset.with_options(options).apply(cardinality)


def global_noise_kept():
    """Context after which data are shuffled as if nothing had been drawn."""
    return contextlib.nullcontext()


def replicas_of(model):
    """How many replicas share each batch that `model.fit` is given."""
    return model.distribute_strategy.num_replicas_in_sync


def num_replicas():
    """How many replicas share the step that is being run, 1 outside."""
    if tf.distribute.in_cross_replica_context():
        return 1
    return tf.distribute.get_strategy().num_replicas_in_sync


def replica_id():
    """Which of the replicas this is, from 0."""
    context = tf.distribute.get_replica_context()
    return context.replica_id_in_sync_group


def sum_over_replicas(tensors):
    """Sums of a list of tensors over the replicas that share the step."""
    if num_replicas() == 1:
        return tensors
    return tf.distribute.get_replica_context().all_reduce("sum", tensors)


def is_chief():
    """Whether this process is the one that writes pictures and logs."""
    cluster = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    return cluster.task_type in (None, "", "chief") or (
        cluster.task_type == "worker"
        and cluster.task_id == 0
        and "chief" not in cluster.cluster_spec().as_dict()
    )


def _as_float(array):
    """Keras' own float type for all floats, as it hands arrays over."""
    if np.issubdtype(array.dtype, np.floating):
        return array.astype(keras.config.floatx(), copy=False)
    return array


def _workers():
    """Whether several processes train under one strategy."""
    strategy = tf.distribute.get_strategy()
    return isinstance(
        strategy, tf.distribute.MultiWorkerMirroredStrategy
    ) and bool(strategy.cluster_resolver.cluster_spec())


def _vector(log):
    return tf.reshape(log, [1])


def _check_share(data):
    if num_replicas() > 1:
        # A mean over no images is not a number, and would reach the weights
        # by way of batch normalization.
        tf.debugging.assert_positive(
            tf.shape(tf.nest.flatten(data)[0])[0],
            "A replica was left without images by a batch that is too small "
            f"for {num_replicas()} replicas. Use batches of one size, a "
            "multiple of their number, as `dataset.batch(size, "
            "drop_remainder=True)` makes.",
        )
