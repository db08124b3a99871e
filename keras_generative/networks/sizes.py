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


def check_shape(shape, name, axes=None, multiple_of=1, at_least=1):
    """Returns the shape of a sample as a tuple, or raises.

    Args:
        shape: Shape of one sample, without the batch.
        name: String, the name of the argument.
        axes: Tuple of the names of the axes, `IMAGE` or `SERIES`. `None`
            allows any shape of one or more axes.
        multiple_of: Integer, by which all axes but the last are divisible.
        at_least: Integer, which none of these is below.
    """
    if (
        not isinstance(shape, (tuple, list))
        or len(shape) != (len(axes) if axes else max(1, len(shape)))
        or not all(is_integer(size) and size > 0 for size in shape)
        or any(size % multiple_of for size in shape[:-1])
        or any(size < at_least for size in shape[:-1])
    ):
        wanted = f"({', '.join(axes)})" if axes else "of one or more sizes"
        sizes = "positive integers"
        if multiple_of > 1:
            sizes += f", {' and '.join(axes[:-1])} multiples of {multiple_of}"
        if at_least > multiple_of:
            sizes += f" from {at_least} on"
        raise ValueError(
            f"Argument `{name}` must be a shape {wanted}, {sizes}. "
            f"Received: {name}={shape!r}"
        )
    return tuple(shape)


def check_sides(shape, name, stages, fewest, at_most=8, left=1):
    """The shape of an image, and how often its sides are to be halved.

    Args:
        shape: Shape (height, width, channels).
        name: String, the name of the argument.
        stages: Integer that the user gave, or `None`.
        fewest: Integer, the lowest number of stages.
        at_most: Integer, the highest where the user gave none.
        left: Integer, of how many pixels the sides must be in the end.

    Returns:
        Tuple of the shape as a tuple, and the number of stages.

    Raises:
        ValueError: If the stages do not divide the sides.
    """
    if stages is None:
        shape = check_shape(shape, name, IMAGE, multiple_of=4)
        return shape, _halvings(shape[:-1], at_most, left)
    if check_positive_integer(stages, "stages") < fewest:
        raise ValueError(
            f"Argument `stages` must be an integer of at least {fewest}. "
            f"Received: stages={stages!r}"
        )
    factor = 2**stages
    return check_shape(shape, name, IMAGE, factor, left * factor), stages


def check_output_channels(channels, shape):
    """As many channels as the user asks for, or as an image has."""
    if channels is None:
        return shape[-1]
    return check_positive_integer(channels, "output_channels")


def _halvings(sides, at_most, left):
    count = 0
    while count < at_most and all(
        side % 2 == 0 and side // 2 >= left for side in sides
    ):
        sides, count = [side // 2 for side in sides], count + 1
    return count
