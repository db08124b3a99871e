"""Many images in one picture."""

import math

import numpy as np

from keras_generative.utils import validation
from keras_generative.visualization import names
from keras_generative.visualization.pixels import check_images
from keras_generative.visualization.pixels import to_pixels

BACKGROUND = 255
PADDING = 2  # Pixels between images and around them.
PAIR_GAP = 8  # Further pixels between rows that belong together.


def image_grid(
    images,
    columns=None,
    value_range=(0, 1),
    row_names=None,
    column_names=None,
):
    """Images side by side, row after row.

    Args:
        images: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels.
        columns: Integer, images in a row. Defaults to a near-square grid.
        value_range: Pair of numbers, the values of black and of full
            brightness. What lies outside is clipped. Defaults to `(0, 1)`.
        row_names: List of a name for each row, written before it. Defaults
            to `None`, no names.
        column_names: List of a name for each column, written above it, and
            upright if one is wider than a column. Defaults to `None`.

    Returns:
        uint8 array of shape (height, width, 3). Small images are enlarged by
        a whole factor, and what the last row lacks is left white.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> picture = image_grid(model.generate(64), value_range=(-1, 1))
    >>> images = model.generate(30, labels=np.repeat([0, 1, 2], 10))
    >>> picture = image_grid(images, 10, row_names=["cat", "dog", "owl"])
    """
    cells = to_pixels(check_images(images, "images"), value_range)
    if columns is None:
        columns = math.ceil(math.sqrt(len(cells)))
    validation.check_positive_integer(columns, "columns")
    columns = min(columns, len(cells))
    rows = [row_of(part, columns) for part in _chunks(cells, columns)]
    row_names = names.check_names(row_names, len(rows), "row_names")
    column_names = names.check_names(column_names, columns, "column_names")
    cell = cells.shape[1:3]
    rows = names.beside(rows, row_names, cell)
    return framed(names.above(rows, column_names, cell, cell[1] + PADDING))


def reconstruction_grid(
    inputs, reconstructions, value_range=(0, 1), row_names=None
):
    """Each input above its reconstruction, in one or more pairs of rows.

    Args:
        inputs: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels.
        reconstructions: Float array of the same shape.
        value_range: Pair of numbers, the values of black and of full
            brightness. What lies outside is clipped. Defaults to `(0, 1)`.
        row_names: List of two names, written before the rows, such as
            `["original", "reconstruction"]`. Defaults to `None`, no names.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If the shapes differ, or an argument is none of the above.

    Example:

    >>> picture = reconstruction_grid(images, model.reconstruct(images))
    """
    inputs, reconstructions = _check_pairs(inputs, reconstructions)
    return _stacked(
        to_pixels(inputs, value_range),
        to_pixels(reconstructions, value_range),
        row_names=row_names,
    )


def error_grid(inputs, reconstructions, value_range=(0, 1), row_names=None):
    """Each input above its reconstruction, and how far they are apart.

    Args:
        inputs: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels.
        reconstructions: Float array of the same shape.
        value_range: Pair of numbers, the values of black and of full
            brightness. What lies outside is clipped. The absolute difference
            is black where it is 0, and bright where it is all of the range.
            Defaults to `(0, 1)`.
        row_names: List of three names, written before the rows. Defaults to
            `None`, no names.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ValueError: If the shapes differ, or an argument is none of the above.

    Example:

    >>> picture = error_grid(images, model.reconstruct(images))
    """
    inputs, reconstructions = _check_pairs(inputs, reconstructions)
    low, high = validation.check_value_range(value_range)
    differences = np.abs(inputs - reconstructions)
    return _stacked(
        to_pixels(inputs, value_range),
        to_pixels(reconstructions, value_range),
        to_pixels(differences, (0, high - low)),
        row_names=row_names,
    )


def _check_pairs(inputs, reconstructions):
    inputs = check_images(inputs, "inputs")
    reconstructions = check_images(reconstructions, "reconstructions")
    if inputs.shape != reconstructions.shape:
        raise ValueError(
            "Arguments `inputs` and `reconstructions` must have the same "
            f"shape. Received: inputs of shape={inputs.shape}, "
            f"reconstructions of shape={reconstructions.shape}"
        )
    return inputs, reconstructions


def _stacked(*groups, row_names):
    """Rows of the images of several groups, those of one index together."""
    count = len(groups[0])
    # Up to ten are one row of each. More make the picture near-square.
    columns = math.ceil(math.sqrt(len(groups) * count))
    columns = max(min(count, 10), columns)
    row_names = names.check_names(row_names, len(groups), "row_names")
    cell = groups[0].shape[1:3]
    rows = []
    for part in zip(*(_chunks(cells, columns) for cells in groups)):
        part = [row_of(cells, columns) for cells in part]
        rows += names.beside(part, row_names, cell)
        rows.append(np.full_like(rows[0][:PAIR_GAP], BACKGROUND))
    return framed(rows[:-1])


def _chunks(cells, size):
    return [cells[i : i + size] for i in range(0, len(cells), size)]


def row_of(cells, columns):
    # Each cell brings the padding below it and to its right.
    missing = columns - len(cells)
    padding = ((0, missing), (0, PADDING), (0, PADDING), (0, 0))
    cells = np.pad(cells, padding, constant_values=BACKGROUND)
    return np.concatenate(list(cells), axis=1)


def framed(rows):
    padding = ((PADDING, 0), (PADDING, 0), (0, 0))
    return np.pad(np.concatenate(rows), padding, constant_values=BACKGROUND)
