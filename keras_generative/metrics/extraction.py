"""From images to features, on whatever network a metric is given."""

import keras
from keras import ops

from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_fit


def name_of(features):
    """The name of a network or function, `None` for `None`."""
    return getattr(features, "name", getattr(features, "__name__", None))


def check_network(features):
    """Raises a `ValueError` unless `features` is what makes features."""
    if not callable(features) or name_of(features) is None:
        raise ValueError(
            "Argument `features` must be a function or a `keras.Model`, with a "
            f"name. Received: features={features!r}"
        )


def extract(features, images):
    """Features of images.

    Args:
        features: Function or `keras.Model`.
        images: Float array or tensor of shape (batch, height, width,
            channels).

    Returns:
        Whatever the network gives, without gradients.
    """
    images = ops.convert_to_tensor(floats(images, "Images"))
    check_fit(images.shape, (None,) * 4, "Images")
    if 0 in images.shape:
        raise ValueError(
            "There must be one image or more. "
            f"Received: images of shape={tuple(images.shape)}"
        )
    if isinstance(features, keras.Model):
        return ops.stop_gradient(features(images, training=False))
    # A `FeatureNetwork`, for one, returns an array of numpy.
    return ops.stop_gradient(ops.convert_to_tensor(features(images)))


def floats(x, name):
    """`x` as an array or tensor, or a `ValueError` if it is not of floats."""
    x = x if hasattr(x, "dtype") else as_array(x, name.lower())
    if "float" not in str(x.dtype):
        raise ValueError(f"{name} must be float. Received: dtype={x.dtype}")
    return x
