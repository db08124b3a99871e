import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.optimizers import check_optimizer


@keras.saving.register_keras_serializable(package="keras_generative")
class GradientNorm(keras.optimizers.Optimizer):
    """An optimizer that also remembers how large the last gradient was.

    The variable `gradient_norm` holds the square root of the sum of squares
    over all weights of the player, before any clipping, without the factor
    of loss scaling, and summed over replicas. `callbacks.WandbLogger` and
    `callbacks.TensorBoardLogger` log it. Steps are those of the optimizer
    that is wrapped.

    Args:
        inner_optimizer: `keras.optimizers.Optimizer` or its id.
        name: String. Defaults to `"gradient_norm"`.

    Raises:
        ValueError: If the optimizer is unknown, `None`, a group, or a
            `GradientNorm`.

    Example:

    >>> model.compile(
    ...     generator_optimizer=GradientNorm(keras.optimizers.Adam(2e-4)),
    ...     discriminator_optimizer=GradientNorm(keras.optimizers.Adam(2e-4)),
    ... )
    >>> model.fit(images)
    >>> model.optimizer["generator"].gradient_norm
    """

    def __init__(self, inner_optimizer, name="gradient_norm"):
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = keras.optimizers.get(inner_optimizer)
        check_optimizer(self.inner_optimizer)
        if isinstance(self.inner_optimizer, GradientNorm):
            raise ValueError(
                "A `GradientNorm` measures the gradient already. "
                f"Received: inner_optimizer={self.inner_optimizer!r}"
            )

    @property
    def variables(self):
        return [self.gradient_norm, *self.inner_optimizer.variables]

    @property
    def iterations(self):
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self):
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        self.inner_optimizer.learning_rate = learning_rate

    def build(self, variables):
        self.gradient_norm = self.add_variable(
            (), aggregation="only_first_replica", name="gradient_norm"
        )
        if not self.inner_optimizer.built:
            self.inner_optimizer.build(variables)
        self.built = True

    def apply(self, grads, trainable_variables=None):
        if not self.built:
            self.build(trainable_variables)
        self.gradient_norm.assign(self.norm(grads))
        self.inner_optimizer.apply(grads, trainable_variables)

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        weights, inner_variables = self.inner_optimizer.stateless_apply(
            optimizer_variables[1:], grads, trainable_variables
        )
        return weights, [self.norm(grads), *inner_variables]

    def norm(self, grads):
        grads = [ops.convert_to_tensor(g) for g in grads if g is not None]
        grads = backend.sum_over_replicas(grads)
        squares = [ops.sum(ops.square(ops.cast(g, "float32"))) for g in grads]
        return ops.sqrt(sum(squares)) / self.scale_loss(1.0)

    def scale_loss(self, loss):
        return self.inner_optimizer.scale_loss(loss)

    def finalize_variable_values(self, var_list):
        self.inner_optimizer.finalize_variable_values(var_list)

    def save_own_variables(self, store):
        # Keras visits the inner optimizer. The norm is of the past.
        pass

    def load_own_variables(self, store):
        pass

    def get_config(self):
        return {
            "inner_optimizer": keras.saving.serialize_keras_object(
                self.inner_optimizer
            ),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        inner = keras.saving.deserialize_keras_object(config["inner_optimizer"])
        return cls(inner, name=config["name"])
