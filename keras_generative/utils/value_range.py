"""Between the ranges of what makes images and of what looks at them."""


def rescale(images, from_range, to_range):
    """Maps images linearly from one range of values to another.

    Args:
        images: Float array or tensor.
        from_range: Pair of numbers, the values of black and of full
            brightness, or `None` where these are not known.
        to_range: Likewise, those that they become.

    Returns:
        The images themselves if the ranges are equal, or one is `None`.
    """
    if from_range is None or to_range is None:
        return images
    (low, high), (new_low, new_high) = from_range, to_range
    if (low, high) == (new_low, new_high):
        return images
    return (images - low) * ((new_high - new_low) / (high - low)) + new_low
