"""What is asked of the networks of a game."""

from keras_generative.utils.networks import output_shapes


def check_generator(generator, latent_shape):
    """Returns the shape of one sample, or raises a `ValueError`.

    Args:
        generator: `keras.Model`.
        latent_shape: Tuple, the shape of one latent.
    """
    generated = output_shapes(generator, latent_shape, "generator")
    if len(generated) != 1 or not generated[0]:
        raise ValueError(
            "The generator must give samples of shape (batch, ...), such "
            "as images of shape (batch, height, width, channels). "
            f"Received: outputs of shape {generated}"
        )
    return generated[0]


def check_scores(shapes, name="discriminator"):
    """Raises a `ValueError` unless a discriminator gives scores alone.

    Args:
        shapes: List of tuples, the shapes of its outputs without the batch.
        name: String, what it is, for errors.
    """
    if len(shapes) != 1 or shapes[0][-1:] != (1,):
        raise ValueError(
            f"The {name} must give one score for each sample, of shape "
            "(batch, 1), or for each patch of it. "
            f"Received: outputs of shape {shapes}"
        )
