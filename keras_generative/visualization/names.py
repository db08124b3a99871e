"""Names beside the rows and above the columns of a picture."""

import numpy as np

from keras_generative.utils import LazyModule

pil_image = LazyModule("PIL.Image", pip_name="pillow")
pil_draw = LazyModule("PIL.ImageDraw", pip_name="pillow")
pil_font = LazyModule("PIL.ImageFont", pip_name="pillow")

WHITE, GREY = 255, 48
MARGIN = 6  # Pixels before and after a name.
LONGEST = 200  # Pixels: what is longer is cut.


def check_names(names, count, argument):
    """Returns `names` as a list of strings, or raises.

    Args:
        names: `None`, or a list of `count` names of any kind.
        count: Integer.
        argument: String, what the names are called.
    """
    if names is None:
        return None
    if isinstance(names, str) or np.ndim(names) != 1 or len(names) != count:
        raise ValueError(
            f"Argument `{argument}` must be a list of a name for each "
            f"{argument.removesuffix('_names')}, here {count}. "
            f"Received: {argument}={names!r}"
        )
    return [" ".join(str(name).split()) for name in names]


def beside(rows, names, cell):
    """Rows of a picture, each after its name.

    Args:
        rows: List of uint8 arrays of shape (height, width, 3).
        names: List of strings, or `None`, for the rows as they are.
        cell: Pair (height, width) of one image of a row, whose padding comes
            after it.
    """
    if names is None:
        return rows
    names, font = _fitted(names, cell)
    length = _longest(names, font) + 2 * MARGIN
    place = {"xy": (length - MARGIN, cell[0] / 2), "anchor": "rm"}
    strips = [
        _drawn(name, font, (len(row), length), **place)
        for name, row in zip(names, rows)
    ]
    return [np.concatenate(pair, axis=1) for pair in zip(strips, rows)]


def above(rows, names, cell, width):
    """Rows of a picture, after a row of the names of its columns.

    The names stand upright if one of them is wider than a column.

    Args:
        rows: List of uint8 arrays of shape (height, width, 3), in which the
            columns are at the right.
        names: List of strings, or `None`, for the rows as they are.
        cell: Pair (height, width) of one image of a row.
        width: Integer, the width of a column, padding included.
    """
    if names is None:
        return rows
    names, font = _fitted(names, cell)
    length = _longest(names, font)
    if length <= cell[1]:
        size = (sum(font.getmetrics()) + MARGIN, width)
        place = {"xy": (cell[1] / 2, size[0] / 2), "anchor": "mm"}
        cells = [_drawn(name, font, size, **place) for name in names]
    else:
        size = (width, length + 2 * MARGIN)
        place = {"xy": (MARGIN, cell[1] / 2), "anchor": "lm"}
        # Turned, they begin at the column and end above.
        cells = [np.rot90(_drawn(name, font, size, **place)) for name in names]
    header = np.concatenate(cells, axis=1)
    before = ((0, 0), (rows[0].shape[1] - header.shape[1], 0), (0, 0))
    return [np.pad(header, before, constant_values=WHITE), *rows]


def _fitted(names, cell):
    """Names cut to a length, and their font."""
    font = pil_font.load_default(size=min(max(min(cell) // 4, 12), 24))
    return [_cut(name, font) for name in names], font


def _cut(name, font):
    if font.getlength(name) <= LONGEST:
        return name
    while font.getlength(f"{name}...") > LONGEST:
        name = name[:-1]
    return f"{name}..."


def _longest(names, font):
    return int(max(np.ceil(font.getlength(name)) for name in names))


def _drawn(text, font, size, xy, anchor):
    height, width = size
    picture = pil_image.new("RGB", (width, height), (WHITE,) * 3)
    pil_draw.Draw(picture).text(
        xy, text, fill=(GREY,) * 3, font=font, anchor=anchor
    )
    return np.array(picture)
