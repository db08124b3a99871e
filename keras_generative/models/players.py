from keras_generative.optimizers.optimizer_group import OptimizerGroup


def group_optimizers(model, **optimizers):
    """An `OptimizerGroup` in which each network has an optimizer of its own.

    Args:
        model: `GenerativeModel`, whose networks are its attributes.
        **optimizers: By the name of the network, `keras.optimizers.Optimizer`
            or its id.

    Returns:
        `OptimizerGroup`, built for the networks' trainable variables.
    """
    group = OptimizerGroup(
        {player: model.scaled(inner) for player, inner in optimizers.items()}
    )
    group.build(
        {
            player: getattr(model, player).trainable_variables
            for player in optimizers
        }
    )
    return group
