import keras

RESHAPING = (
    keras.layers.Flatten,
    keras.layers.Permute,
    keras.layers.Reshape,
)


class SigmoidDiscriminator:
    """A discriminator whose scores are probabilities in place of logits."""

    patience = 1

    def examine(self, model, logs):
        discriminator = getattr(model, "discriminator", None)
        name = final_sigmoid(discriminator)
        if name is None:
            return {}, {}
        return {}, {
            "a discriminator that ends in a sigmoid": f"Its last layer is "
            f"`{name}`. Losses take its scores as logits, which know no "
            "bounds, and apply a sigmoid themselves where they need one. "
            "Leave it out."
        }


def final_sigmoid(network):
    """The name of the sigmoid in which a network ends, or `None`."""
    # A functional network also has operations that are no layers.
    layers = getattr(network, "layers", ())
    for layer in reversed(getattr(network, "operations", layers)):
        if isinstance(layer, keras.Model):
            return final_sigmoid(layer)
        if isinstance(layer, RESHAPING):
            continue
        activation = getattr(layer, "activation", None)
        is_sigmoid = activation is keras.activations.sigmoid or (
            isinstance(layer, keras.Operation)
            and type(layer).__name__ == "Sigmoid"
        )
        return layer.name if is_sigmoid else None
    return None
