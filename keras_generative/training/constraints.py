import keras


def get_constraint(identifier):
    """The constraint that an id, a config or an object names, or `None`.

    Raises:
        ValueError: If it is unknown, or a class.
    """
    if isinstance(identifier, type):
        raise ValueError(
            "Argument `discriminator_constraint` must be an object of "
            "`keras.constraints.Constraint`, and not its class. "
            f"Received: discriminator_constraint={identifier!r}"
        )
    return keras.constraints.get(identifier)
