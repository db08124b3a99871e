import keras


def innermost(optimizer):
    """The optimizer within those that scale its loss or watch its gradient."""
    while hasattr(optimizer, "inner_optimizer"):
        optimizer = optimizer.inner_optimizer
    return optimizer


def check_optimizer(optimizer):
    """Raises a `ValueError` unless it is one optimizer, for one network."""
    is_optimizer = isinstance(optimizer, keras.optimizers.Optimizer)
    if not is_optimizer or hasattr(optimizer, "inner_optimizers"):
        raise ValueError(
            "An optimizer must be a `keras.optimizers.Optimizer` or the id of "
            "one, such as 'adam', and no group of several. "
            f"Received: optimizer={optimizer!r}"
        )


def build_for(optimizer, variables):
    """Builds an optimizer, or raises if it was built for other variables.

    Args:
        optimizer: `keras.optimizers.Optimizer`.
        variables: List of `keras.Variable`s.

    Raises:
        ValueError: If it has the moments of another model.
    """
    variable_ids = tuple(id(variable) for variable in variables)
    if not optimizer.built:
        optimizer.build(variables)
        optimizer.built_for = variable_ids
    elif getattr(optimizer, "built_for", None) != variable_ids:
        raise ValueError(
            "An optimizer belongs to the variables it was built for, whose "
            "moments it holds. Make a new one for each model, and for one "
            "whose trainable variables have changed. "
            f"Received: optimizer={optimizer!r}, built for others"
        )
