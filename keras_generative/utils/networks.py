"""Checks that networks fit each other, before anything is trained."""

import keras

from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_positive_integer


def known_input_shape(network, name):
    """The shape of one input of `network`, or a `ValueError`."""
    check_network(network, name)
    shape = getattr(network, "input_shape", None)
    if not isinstance(shape, tuple) or None in shape[1:]:
        raise ValueError(
            f"The {name} must know the shape of its input: a functional model,"
            " or a `Sequential` that begins with `keras.Input`. "
            f"Received: input_shape={shape} of {network!r}"
        )
    return shape[1:]


def output_shapes(network, input_shape, name):
    """Shapes of the outputs of `network`, or a `ValueError` if none fits.

    A network without weights gets them here.

    Args:
        network: `keras.Model`.
        input_shape: Tuple, the shape of one input.
        name: String, what the network is, for errors.

    Returns:
        List of tuples, without the batch.
    """
    check_network(network, name)
    inputs = keras.KerasTensor((None, *input_shape))
    known_shape = getattr(network, "input_shape", None)
    try:
        if known_shape is None:
            outputs = network(inputs)
        else:
            # Asked, not called: a `Sequential` would rebuild itself to fit.
            check_fit(input_shape, known_shape[1:], "Its inputs")
            outputs = network.compute_output_spec(inputs)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} does not take inputs of shape {tuple(input_shape)}. "
            f"Received: {name}={network!r}, which says: {error}"
        ) from error
    return [tuple(y.shape[1:]) for y in keras.tree.flatten(outputs)]


def generated_shape(generator, discriminator, latent_dim):
    """The shape of one image of a GAN, or a `ValueError` if none fits."""
    check_positive_integer(latent_dim, "latent_dim")
    generated = output_shapes(generator, (latent_dim,), "generator")
    if len(generated) != 1 or len(generated[0]) != 3:
        raise ValueError(
            "The generator must give images of shape (batch, height, width, "
            f"channels). Received: outputs of shape {generated}"
        )
    scores = output_shapes(discriminator, generated[0], "discriminator")
    if scores != [(1,)]:
        raise ValueError(
            "The discriminator must give one score for each image, of shape "
            f"(batch, 1). Received: outputs of shape {scores}"
        )
    return generated[0]


def check_network(network, name):
    """Raises a `ValueError` unless `network` is a Keras model."""
    if not isinstance(network, keras.Model):
        raise ValueError(
            f"The {name} must be a `keras.Model`. "
            f"Received: {name}={network!r} of type {type(network)}"
        )
