import numpy as np

from keras_generative.visualization import names
from keras_generative.visualization.grids import BACKGROUND
from keras_generative.visualization.grids import PADDING
from keras_generative.visualization.grids import framed
from keras_generative.visualization.grids import row_of
from keras_generative.visualization.pixels import check_images
from keras_generative.visualization.pixels import to_pixels


def image_columns(columns, value_range=(0, 1), column_names=None):
    """Images that belong together in a row, kinds of them in columns.

    Args:
        columns: List of float arrays of shape (num_images, height, width,
            channels) with 1 or 3 channels, all of one number of images, but
            of any sizes.
        value_range: Pair of numbers, the values of black and of full
            brightness, or a list of such pairs, one for each column. What
            lies outside is clipped. Defaults to `(0, 1)`.
        column_names: List of a name for each column, written above it.
            Defaults to `None`, no names.

    Returns:
        uint8 array of shape (height, width, 3). Small images are enlarged by
        a whole factor.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> made = model.translate(sources)
    >>> picture = image_columns([sources, made], column_names=["in", "out"])
    """
    columns = _check_columns(columns)
    ranges = value_range
    if np.ndim(value_range) != 2:
        ranges = [value_range] * len(columns)
    cells = _of_one_size(
        [to_pixels(column, range_) for column, range_ in zip(columns, ranges)]
    )
    column_names = names.check_names(column_names, len(columns), "column_names")
    rows = [row_of(row, len(columns)) for row in np.stack(cells, axis=1)]
    size = cells[0].shape[1:3]
    return framed(names.above(rows, column_names, size, size[1] + PADDING))


def _check_columns(columns):
    columns = [check_images(column, "columns") for column in columns]
    counts = [len(column) for column in columns]
    if len(set(counts)) != 1:
        raise ValueError(
            "Argument `columns` must be a list of arrays that hold as many "
            f"images each. Received: arrays of {counts} images"
        )
    return columns


def _of_one_size(cells):
    """Smaller ones enlarged by a whole factor, white around what is left."""
    height, width = np.max([c.shape[1:3] for c in cells], axis=0)
    return [_fitted(c, height, width) for c in cells]


def _fitted(cells, height, width):
    factor = min(height // cells.shape[1], width // cells.shape[2])
    cells = cells.repeat(factor, axis=1).repeat(factor, axis=2)
    missing = (height - cells.shape[1], width - cells.shape[2])
    padding = [(size // 2, size - size // 2) for size in missing]
    return np.pad(cells, ((0, 0), *padding, (0, 0)), constant_values=BACKGROUND)
