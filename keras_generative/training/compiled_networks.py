import keras


class CompiledNetworks:
    """Which networks and variables `compile` saw, to be compared in `fit`.

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
        self.networks = _networks(model)
        self.variables = {owner: _ids(vs) for owner, vs in variables.items()}

    def check(self, model, variables):
        """Raises a `ValueError` if something was changed after `compile`."""
        for name, network in _networks(model).items():
            if network is not self.networks.get(name):
                raise ValueError(
                    f"The network `{name}` was replaced after `compile`, whose "
                    "optimizer holds the variables of the former one. Call "
                    f"`compile` again. Received: {name}={network!r}"
                )
        for owner, trained in variables.items():
            if _ids(trained) != self.variables[owner]:
                raise ValueError(
                    f"What is trainable of the {owner} was changed after "
                    "`compile`. Call `compile` again. Received: "
                    f"{len(trained)} trainable variables, where `compile` saw "
                    f"{len(self.variables[owner])}"
                )


def _networks(model):
    """The networks of a model, by the names of its attributes."""
    return {
        name: value
        for name, value in vars(model).items()
        if isinstance(value, keras.Model)
    }


def _ids(variables):
    return [id(variable) for variable in variables]
