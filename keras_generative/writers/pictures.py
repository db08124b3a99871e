"""What a writer is handed."""

from keras_generative.utils.validation import check_non_negative_integer


def check_picture(image, step):
    """Raises a `ValueError` unless a writer can write these.

    Args:
        image: uint8 array of shape (height, width, 3).
        step: Integer, at least 0.
    """
    shape = getattr(image, "shape", ())
    dtype = getattr(image, "dtype", type(image))
    if len(shape) != 3 or shape[2] != 3 or 0 in shape or dtype != "uint8":
        raise ValueError(
            "Argument `image` must be a uint8 array of shape (height, width, "
            f"3). Received: image of shape={tuple(shape)}, dtype={dtype}"
        )
    check_non_negative_integer(step, "step")
