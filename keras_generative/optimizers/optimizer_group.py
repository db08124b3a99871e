import keras

from keras_generative.utils.optimizers import innermost
from keras_generative.utils.validation import check_string


@keras.saving.register_keras_serializable(package="keras_generative")
class OptimizerGroup(keras.optimizers.Optimizer):
    """Several named optimizers, one for each player, that look like one.

    Keras carries, saves and restores the state of `model.optimizer`. In a
    game of several players each has its own optimizer and takes its own
    steps; the group makes them one object whose `variables` are all of
    theirs, while each step goes through the inner optimizer:
    `group["discriminator"].apply(...)`. Keras' callbacks find the inner
    optimizers in `group.optimizers`, and log learning rates by their names.

    Args:
        optimizers: Dict of name to `keras.optimizers.Optimizer`. Each player
            needs an optimizer object of its own, which gets its name.
        name: String. Defaults to `"optimizer_group"`.

    Raises:
        ValueError: If an optimizer is given to two players, or something
            that is no optimizer.

    Example:

    >>> group = OptimizerGroup({
    ...     "generator": keras.optimizers.Adam(1e-4),
    ...     "discriminator": keras.optimizers.Adam(4e-4),
    ... })
    >>> group["discriminator"].learning_rate
    """

    def __init__(self, optimizers, name="optimizer_group"):
        super().__init__(learning_rate=0.0, name=name)
        if not isinstance(optimizers, dict) or not optimizers:
            raise ValueError(
                "Argument `optimizers` must be a dict of at least one player's "
                f"name to its optimizer. Received: optimizers={optimizers!r}"
            )
        for player, optimizer in optimizers.items():
            check_string(player, "player")
            if not isinstance(optimizer, keras.optimizers.Optimizer):
                raise ValueError(
                    "Argument `optimizers` must hold Keras optimizers. "
                    f"Received: optimizers[{player!r}]={optimizer!r}"
                )
        if len({id(optimizer) for optimizer in optimizers.values()}) < len(
            optimizers
        ):
            raise ValueError(
                "Each player needs an optimizer of its own: moments and step "
                "counts are not shared. Received the same object twice: "
                f"optimizers={optimizers!r}"
            )
        self.inner_optimizers = dict(optimizers)
        # Not "adam_3", a number that differs from run to run.
        for player, optimizer in optimizers.items():
            innermost(optimizer).name = player

    def __getitem__(self, player):
        return self.inner_optimizers[player]

    @property
    def optimizers(self):
        """List of the inner optimizers, where Keras' callbacks look.

        Without their loss scaling, say, through which `SwapEMAWeights` sees
        no averages.
        """
        return [innermost(inner) for inner in self.inner_optimizers.values()]

    @property
    def learning_rate(self):
        """NaN, as each inner optimizer has its own."""
        return float("nan")

    @learning_rate.setter
    def learning_rate(self, value):
        player = next(iter(self.inner_optimizers))
        raise AttributeError(
            "An `OptimizerGroup` has no learning rate as a whole: set "
            f"`group[{player!r}].learning_rate`. Keras' callbacks that change "
            "learning rates do so from Keras 3.15 on. "
            f"Received: learning_rate={value!r}"
        )

    @property
    def variables(self):
        return [
            variable
            for inner in self.inner_optimizers.values()
            for variable in inner.variables
        ]

    @property
    def iterations(self):
        """Steps that the first player has taken."""
        return self.optimizers[0].iterations

    def build(self, variables):
        """Builds each inner optimizer.

        Args:
            variables: Dict of player to the list of its variables.
        """
        if not isinstance(variables, dict):
            raise ValueError(
                "Argument `variables` must be a dict of player to the list of "
                f"its variables. Received: variables={variables!r}"
            )
        for player, inner in self.inner_optimizers.items():
            if not inner.built:
                inner.build(variables[player])
        self.player_variables = dict(variables)
        self.built = True

    def apply(self, grads, trainable_variables=None):
        raise ValueError(
            "An `OptimizerGroup` takes no step as a whole. Apply gradients "
            "with the optimizer of one player, "
            f"`group[{next(iter(self.inner_optimizers))!r}].apply(...)`."
        )

    def finalize_variable_values(self, var_list):
        """Lets each inner optimizer set final values, of its EMA say."""
        for player, inner in self.inner_optimizers.items():
            inner.finalize_variable_values(self.player_variables[player])

    def save_own_variables(self, store):
        # Keras visits the inner optimizers, and each saves its own state.
        pass

    def load_own_variables(self, store):
        pass

    def get_config(self):
        return {
            "optimizers": {
                player: keras.saving.serialize_keras_object(inner)
                for player, inner in self.inner_optimizers.items()
            },
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        optimizers = keras.saving.deserialize_keras_object(config["optimizers"])
        return cls(optimizers, name=config["name"])
