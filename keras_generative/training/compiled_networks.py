import keras


class CompiledNetworks:
    """Which variables `compile` saw, to be compared before each training.

    Args:
        model: `GenerativeModel`.
        variables: Dict of who has an optimizer to the list of variables that
            it was built with.

    Raises:
        ValueError: If there is nothing to train.
    """

    def __init__(self, model, variables):
        for owner, trained in variables.items():
            if not trained:
                raise ValueError(
                    f"The {owner} has no trainable variables. No network has "
                    "to be frozen by hand while another one learns: each step "
                    "moves the variables of one side alone. Set `trainable = "
                    f"True` before `compile`. Received: {owner} of {model!r}"
                )
        self.variables = {owner: _ids(vs) for owner, vs in variables.items()}

    def check(self, variables):
        """Raises a `ValueError` if something was frozen after `compile`."""
        for owner, trained in variables.items():
            if _ids(trained) != self.variables[owner]:
                raise ValueError(
                    f"What is trainable of the {owner} was changed after "
                    "`compile`. Call `compile` again, with new optimizers. "
                    f"Received: {len(trained)} trainable variables, where "
                    f"`compile` saw {len(self.variables[owner])}"
                )


def check_kept(held, value, name):
    """Raises a `ValueError` if a network of a model would be replaced.

    Keras would go on to train and to save the one before.

    Args:
        held: What an attribute of a model has been.
        value: What it is to become.
        name: String, the name of the attribute.
    """
    if isinstance(held, keras.Model) and held is not value:
        raise ValueError(
            f"A model keeps the `{name}` that it was made with. Make a new "
            f"model of other networks. Received: {name}={value!r}"
        )


def _ids(variables):
    return [id(variable) for variable in variables]
