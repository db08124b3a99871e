import numpy as np
import pytest

from keras_generative.visualization import plot_precision_recall

BLUE, ORANGE = (31, 119, 180), (255, 127, 14)


def centre(picture, color):
    """Row and column of a point, apart from the legend's."""
    rows, columns = np.nonzero(
        (np.abs(picture.astype(int) - color) <= 2).all(axis=-1)
    )
    return rows.mean(), columns.mean()


def test_precision_is_up_and_recall_to_the_right():
    plots = [
        plot_precision_recall({"a": pair, "b": (0.5, 0.5)})
        for pair in ((0.4, 0.4), (0.7, 0.4), (0.4, 0.7))
    ]
    assert plots[0].shape == (500, 650, 3) and plots[0].dtype == "uint8"
    (row, column), higher, right = (centre(plot, BLUE) for plot in plots)
    # The point of the legend stays, and moves neither.
    assert higher[0] < row - 20 and abs(higher[1] - column) < 2
    assert right[1] > column + 20 and abs(right[0] - row) < 2
    others = [centre(plot, ORANGE) for plot in plots]
    np.testing.assert_allclose(others, others[:1] * 3, atol=1)


def test_faults():
    for points in ({}, [(0.5, 0.5)], {"a": (0.5,)}, {"a": (0.5, 1.5)}):
        with pytest.raises(ValueError, match="Received: points="):
            plot_precision_recall(points)


def test_strings():
    with pytest.raises(ValueError, match="`points`.*Received: points="):
        plot_precision_recall({"a": ("0.1", "0.2")})
