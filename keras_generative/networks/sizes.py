from keras_generative.utils.validation import check_positive_integer


def check_sizes(sizes, name, at_least=0):
    """Returns `sizes` as a list, or raises unless all are positive integers."""
    if not isinstance(sizes, (tuple, list)) or len(sizes) < at_least:
        raise ValueError(
            f"Argument `{name}` must be a tuple of {at_least} or more positive "
            f"integers, one for each layer. Received: {name}={sizes!r}"
        )
    return [check_positive_integer(size, name) for size in sizes]
