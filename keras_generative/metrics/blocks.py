"""Large matrices, a few rows at a time."""

SIZE = 2**24  # Numbers of a block: 128 MB in float64.


def blocks(count, width):
    """Yields slices that part `count` rows of `width` numbers into blocks."""
    rows = max(1, SIZE // max(1, width))
    for start in range(0, count, rows):
        yield slice(start, start + rows)
