from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import is_integer

IMAGE = ("height", "width", "channels")
SERIES = ("length", "channels")


def check_sizes(sizes, name, at_least=0):
    """Returns `sizes` as a list, or raises unless all are positive integers."""
    if not isinstance(sizes, (tuple, list)) or len(sizes) < at_least:
        raise ValueError(
            f"Argument `{name}` must be a tuple of {at_least} or more positive "
            f"integers, one for each layer. Received: {name}={sizes!r}"
        )
    return [check_positive_integer(size, name) for size in sizes]


def check_shape(shape, name, axes=None, multiple_of=1):
    """Returns the shape of a sample as a tuple, or raises.

    Args:
        shape: Shape of one sample, without the batch.
        name: String, the name of the argument.
        axes: Tuple of the names of the axes, `IMAGE` or `SERIES`. `None`
            allows any shape of one or more axes.
        multiple_of: Integer, by which all axes but the last are divisible.
    """
    if (
        not isinstance(shape, (tuple, list))
        or len(shape) != (len(axes) if axes else max(1, len(shape)))
        or not all(is_integer(size) and size > 0 for size in shape)
        or any(size % multiple_of for size in shape[:-1])
    ):
        wanted = f"({', '.join(axes)})" if axes else "of one or more sizes"
        sizes = "positive integers"
        if multiple_of > 1:
            sizes += f", {' and '.join(axes[:-1])} multiples of {multiple_of}"
        raise ValueError(
            f"Argument `{name}` must be a shape {wanted}, {sizes}. "
            f"Received: {name}={shape!r}"
        )
    return tuple(shape)
