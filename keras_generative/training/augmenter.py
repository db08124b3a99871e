"""Images on their way to the discriminator, and what may stand there."""

import keras
import numpy as np
from keras import ops

from keras_generative import backend


def augment(augmenter, images, training):
    """Images as the discriminator sees them."""
    # Not left to the layer: some of KerasCV do the same in training or not.
    if augmenter is None or not training:
        return images
    # A layer may give half precision, in which penalties would be rough.
    return ops.cast(augmenter(images, training=True), "float32")


def check_augmenter(augmenter, image_shape):
    """Builds an augmenter, or raises a `ValueError` naming the layer at fault.

    Args:
        augmenter: `keras.layers.Layer` from images to images, or `None`.
        image_shape: Tuple (height, width, channels).
    """
    if augmenter is None:
        return
    if not isinstance(augmenter, keras.layers.Layer):
        raise ValueError(
            "The augmenter must be a Keras layer from images to images. "
            f"Received: augmenter={augmenter!r} of type {type(augmenter)}"
        )
    found = find_fault(augmenter, image_shape)
    if found is None:
        return
    layer, fault, error = found
    raise ValueError(
        "An augmenter must keep the shape of images and pass gradients on to "
        "the generator, within a training step on the backend "
        f"{keras.config.backend()!r}. Its layer `{layer.name}` of type "
        f"`{type(layer).__name__}` {fault}. Use `DiffColor`, "
        "`DiffTranslation` and `DiffCutout` of `keras_generative.layers` "
        "instead, or apply the layer to the real images alone, with "
        "`dataset.map`: the generator then learns to make what comes out of "
        f"it. Received: augmenter={augmenter!r}"
    ) from error


def find_fault(layer, image_shape):
    """`(layer, fault, error)` of the innermost layer at fault, or `None`."""
    fault, error = try_layer(layer, image_shape)
    runs_all = isinstance(layer, keras.Model)
    if runs_all and fault is None:
        return None
    # Layers that choose among others by chance may have tried the right ones.
    # Those of a graph are no images-to-images layers, as they are in line.
    is_graph = runs_all and not isinstance(layer, keras.Sequential)
    for part in [] if is_graph else getattr(layer, "layers", []):
        found = find_fault(part, image_shape)
        if found is not None:
            return found
    return None if fault is None else (layer, fault, error)


def try_layer(layer, image_shape):
    """What is wrong with a layer, `None` if nothing is, and the exception."""
    try:
        # A call without values builds the layer, for images of any number.
        outputs = layer(keras.KerasTensor((None, *image_shape)))
        shapes = [tuple(y.shape[1:]) for y in keras.tree.flatten(outputs)]
        if shapes != [image_shape]:
            return f"turns images of {image_shape} into {shapes}", None
        if not passes_gradients(layer, image_shape):
            return "has no gradient with respect to the images", None
    # Whatever a layer of another backend or package may raise.
    except Exception as error:
        return f"fails there with {type(error).__name__}", error
    return None, None


def passes_gradients(layer, image_shape):
    """Whether each of some images gets a gradient, unless it was emptied."""
    generator = np.random.default_rng(0)
    # In [0.25, 0.75], within every range that images are used in.
    images, weights = map(
        ops.convert_to_tensor,
        generator.uniform(0.25, 0.75, (2, 8, *image_shape)).astype("float32"),
    )

    def objective(images):
        outputs = ops.cast(layer(images, training=True), "float32")
        return ops.sum(outputs * weights), outputs

    state = [(v, ops.convert_to_numpy(v)) for v in layer.variables]
    (_, outputs), (gradients,) = backend.traced(
        lambda images: backend.value_and_input_grad(objective, images), images
    )
    # Training begins with the noise that it would have begun with.
    for variable, value in state:
        variable.assign(value)
    gradients, outputs = map(ops.convert_to_numpy, (gradients, outputs))
    has_gradient = (gradients != 0).any(axis=(1, 2, 3))
    is_empty = (outputs == outputs[:, :1, :1, :1]).all(axis=(1, 2, 3))
    return bool((has_gradient | is_empty).all() and has_gradient.any())
