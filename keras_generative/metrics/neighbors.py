"""Balls around points that reach to their nearest neighbours."""

import numpy as np

BLOCK = 1000
# Share of the largest square by which a point on a sphere may be outside of
# it by rounding.
TOLERANCE = 1e-12


class Balls:
    """A ball around each point, which reaches to its k-th nearest other.

    Distances are computed in blocks, those of 1,000 points at a time.

    Args:
        centers: Float64 array of shape (count, dim).
        k: Integer, smaller than count.
    """

    def __init__(self, centers, k):
        # Around the mean, where squares are smallest and most exact.
        self.mean = centers.mean(axis=0)
        self.centers = centers - self.mean
        self.squared_radii = np.concatenate(
            [
                # The nearest is the point itself.
                np.partition(distances, k, axis=1)[:, k]
                for distances in squared_distances(self.centers, self.centers)
            ]
        )

    def counts(self, points):
        """Counts points within balls, or on their spheres.

        Args:
            points: Float64 array of shape (count, dim).

        Returns:
            Two integer arrays: in how many balls each point is, and how many
            points are in each ball.
        """
        points = points - self.mean
        largest = max(
            np.max(np.sum(x * x, axis=1)) for x in (points, self.centers)
        )
        reach = self.squared_radii + TOLERANCE * largest
        of_points, of_balls = [], np.zeros(len(self.centers), int)
        for distances in squared_distances(points, self.centers):
            within = distances <= reach
            of_points.append(within.sum(axis=1))
            of_balls += within.sum(axis=0)
        return np.concatenate(of_points), of_balls


def squared_distances(x, y):
    """Yields those of a block of `x` each, of shape (block, len(y))."""
    y_squares = np.sum(y * y, axis=1)
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK]
        squares = np.sum(block * block, axis=1)[:, np.newaxis] + y_squares
        yield np.maximum(squares - 2.0 * block @ y.T, 0.0)
