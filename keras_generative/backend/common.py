"""What train steps do alike on every backend."""

import keras
from keras import ops

from keras_generative.backend import engine


def minimize(loss_fn, variables, optimizer):
    """Takes one step of `optimizer` down the gradient of `loss_fn`.

    Args:
        loss_fn: Function without arguments that returns `(loss, aux)`: the
            scalar mean over the local batch, and any nest of tensors.
        variables: List of the variables that `optimizer` was built with. No
            other variable moves: this is what freezing a network means.
        optimizer: A `keras.optimizers.Optimizer`.

    Returns:
        `(loss, aux)` from before the step, the loss unscaled.

    Example:

    >>> def objective():
    ...     loss = ops.mean(ops.square(network(x, training=True) - y))
    ...     return loss, {"loss": loss}
    >>> _, logs = minimize(objective, network.trainable_variables, optimizer)
    """

    def scaled_loss_fn():
        loss, aux = loss_fn()
        return scale_loss(loss, optimizer), (loss, aux)

    (_, result), gradients = engine.value_and_grad(scaled_loss_fn, variables)
    engine.apply_gradients(optimizer, gradients, variables)
    return result


def minimize_through(loss_fn, outputs, pullback, variables, optimizer):
    """Takes one step down a loss of `outputs` that `vjp` has computed.

    Args:
        loss_fn: Function of the outputs that returns `(loss, aux)`: the scalar
            mean over the local batch, and any nest of tensors.
        outputs: Tuple of tensors, computed from `variables`.
        pullback: Function from `vjp`, which takes the gradient on from the
            outputs to the variables.
        variables: List of the variables that `optimizer` was built with.
        optimizer: A `keras.optimizers.Optimizer`.

    Returns:
        `(loss, aux)` from before the step, the loss unscaled.

    Example:

    >>> variables = generator.trainable_variables
    >>> outputs, pullback = vjp(lambda: (generator(z),), variables)
    >>> def objective(fake):
    ...     return -ops.mean(discriminator(fake)), {}
    >>> minimize_through(objective, outputs, pullback, variables, optimizer)
    """

    def scaled_loss_fn(*outputs):
        loss, aux = loss_fn(*outputs)
        return scale_loss(loss, optimizer), (loss, aux)

    (_, result), cotangents = engine.value_and_input_grad(
        scaled_loss_fn, *outputs
    )
    engine.apply_gradients(optimizer, pullback(cotangents), variables)
    return result


def sum_losses(losses):
    """The sum of losses of layers, as of regularizers, in full precision.

    Args:
        losses: List of scalar tensors of any float types, such as
            `model.losses`.

    Returns:
        Scalar tensor of float32, or of `floatx` where that is wider; 0 if
        there are no losses.

    Example:

    >>> loss = loss + sum_losses(network.losses)
    """
    is_double = keras.config.floatx() == "float64"
    dtype = "float64" if is_double else "float32"
    total = ops.zeros((), dtype)
    for loss in losses:
        total = total + ops.cast(loss, dtype)
    return total


def scale_loss(loss, optimizer):
    """The loss to differentiate for `optimizer`.

    Keras sums gradients over replicas, so the local mean is divided by their
    number, here and nowhere else. The optimizer's own factor keeps float16
    gradients from underflow.
    """
    return optimizer.scale_loss(loss) / engine.num_replicas()


def random_normal(shape, seed):
    """Standard normal noise, different on each replica.

    Args:
        shape: Shape of the local noise, its first dimension the local batch.
        seed: A `keras.random.SeedGenerator` that hangs on the model.

    Returns:
        Float tensor of that shape.

    Example:

    >>> noise = random_normal((ops.shape(x)[0], 8), self.seed_generator)
    """
    return _local_noise(keras.random.normal, shape, seed)


def random_uniform(shape, seed):
    """Noise uniform in [0, 1), different on each replica.

    Args:
        shape: Shape of the local noise, its first dimension the local batch.
        seed: A `keras.random.SeedGenerator` that hangs on the model.

    Returns:
        Float tensor of that shape.

    Example:

    >>> noise = random_uniform((ops.shape(x)[0], 8), self.seed_generator)
    """
    return _local_noise(keras.random.uniform, shape, seed)


def gather_replicas(x):
    """The rows of a tensor on all replicas, in their order, on each."""
    num_replicas = engine.num_replicas()
    if num_replicas == 1:
        return x
    sizes = [num_replicas, *[1] * len(x.shape)]
    place = ops.one_hot(engine.replica_id(), num_replicas, dtype=x.dtype)
    [rows] = engine.sum_over_replicas([ops.reshape(place, sizes) * x])
    return ops.reshape(rows, (-1, *x.shape[1:]))


def _local_noise(draw, shape, seed):
    # Every replica holds the same seed. All draw the global batch's noise and
    # take their own part, so that N replicas together see what one device
    # with the same global batch would.
    num_replicas = engine.num_replicas()
    if num_replicas == 1:
        return draw(shape, seed=seed)
    batch_size = shape[0]
    noise = draw((batch_size * num_replicas, *shape[1:]), seed=seed)
    start = batch_size * engine.replica_id()
    return noise[start : start + batch_size]
