"""The squared maximum mean discrepancy, and how far it varies."""

import numpy as np

from keras_generative.metrics.blocks import blocks


class Discrepancy:
    """An unbiased estimate from two sets of features, and its spread.

    The estimate is a mean over pairs. What it owes to a single image, to two
    images of one set and to one of each are uncorrelated (Hoeffding), so that
    their variances add up, at any numbers of images. Here they are estimated
    from the means of the kernel's rows.

    Args:
        x: Float array of shape (count, dim), at least 2 long.
        y: Likewise.
    """

    def __init__(self, x, y):
        n, m = len(x), len(y)
        x_rows, x_pairs = _within(x)
        y_rows, y_pairs = _within(y)
        across, across_by_y, pairs = _across(x, y)
        self.distance = (
            np.mean(x_rows) + np.mean(y_rows) - 2.0 * np.mean(across)
        )
        # A mean of a row varies with its image, and with those of the row.
        x_single = np.var(x_rows - across, ddof=1) - x_pairs / n - pairs / m
        y_single = np.var(y_rows - across_by_y, ddof=1) - (
            y_pairs / m + pairs / n
        )
        self.variances = np.array([x_single, y_single, x_pairs, y_pairs, pairs])


def variance(variances, n, m):
    """That of the estimate over data sets of `n` and `m` images.

    Args:
        variances: Those of a `Discrepancy`, or the mean of those of several.
        n: Integer, how many images of the first kind there are.
        m: Integer, and of the second.
    """
    weights = np.array(
        [4 / n, 4 / m, 2 / (n * (n - 1)), 2 / (m * (m - 1)), 4 / (n * m)]
    )
    # Estimates of what is small may be negative.
    return weights @ np.maximum(variances, 0.0)


def _within(x):
    """Means over the other images, and the variance of pairs alone."""
    n = len(x)
    squares = np.sum(np.square(x, dtype="float64"), axis=1)
    own = kernel(squares, x.shape[1])
    sums, _, sum_of_squares = kernel_sums(x, x)
    rows = (sums - own) / (n - 1)
    mean_square = (sum_of_squares - np.sum(own * own)) / (n * (n - 1))
    pairs = mean_square - np.mean(rows) ** 2 - 2.0 * np.var(rows, ddof=1)
    return rows, max(pairs, 0.0)


def _across(x, y):
    """Means over the images of the other kind, of each, and the same."""
    rows, columns, sum_of_squares = kernel_sums(x, y)
    rows, columns = rows / len(y), columns / len(x)
    mean_square = sum_of_squares / (len(x) * len(y))
    pairs = mean_square - np.mean(rows) ** 2
    pairs -= np.var(rows, ddof=1) + np.var(columns, ddof=1)
    return rows, columns, max(pairs, 0.0)


def kernel_sums(x, y):
    """Sums of the kernel's rows, of its columns, and of all squares."""
    dim = x.shape[1]
    of_rows, of_columns, of_squares = np.empty(len(x)), np.zeros(len(y)), 0.0
    for rows in blocks(len(x), dim):
        x_block = x[rows].astype("float64")
        sums = np.zeros(len(x_block))
        for columns in blocks(len(y), max(dim, len(x_block))):
            values = kernel(x_block @ y[columns].astype("float64").T, dim)
            sums += np.sum(values, axis=1)
            of_columns[columns] += np.sum(values, axis=0)
            of_squares += np.vdot(values, values)
        of_rows[rows] = sums
    return of_rows, of_columns, of_squares


def kernel(products, dim):
    scaled = products / dim + 1.0
    return scaled * scaled * scaled
