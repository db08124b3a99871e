"""Balls around points that reach to their nearest neighbours."""

import numpy as np

from keras_generative.metrics.blocks import blocks

# Share of the largest square by which a point on a sphere may be outside of
# it by rounding.
TOLERANCE = 1e-12


class Balls:
    """A ball around each point, which reaches to its k-th nearest other.

    Distances are computed in blocks, in float64, and none of them is kept.

    Args:
        centers: Float array of shape (count, dim).
        k: Integer, smaller than count.
    """

    def __init__(self, centers, k):
        # Around the mean, where squares are smallest and most exact.
        self.mean = centers.mean(axis=0, dtype="float64")
        self.centers = centers
        self.squares = squares_of(centers, self.mean)
        self.squared_radii = np.empty(len(centers))
        for rows, distances in self._squared_distances(centers, self.squares):
            # The nearest is the point itself.
            distances.partition(k, axis=1)
            self.squared_radii[rows] = distances[:, k]

    def counts(self, points):
        """Counts points within balls, or on their spheres.

        Args:
            points: Float array of shape (count, dim).

        Returns:
            Two integer arrays: in how many balls each point is, and how many
            points are in each ball.
        """
        squares = squares_of(points, self.mean)
        largest = max(squares.max(), self.squares.max())
        reach = self.squared_radii + TOLERANCE * largest
        of_points = np.empty(len(points), int)
        of_balls = np.zeros(len(self.centers), int)
        for rows, distances in self._squared_distances(points, squares):
            within = distances <= reach
            of_points[rows] = within.sum(axis=1)
            of_balls += within.sum(axis=0)
        return of_points, of_balls

    def _squared_distances(self, points, squares):
        """Yields those of a block of points to all centers, and its rows."""
        dim = self.centers.shape[1]
        for rows in blocks(len(points), max(dim, len(self.centers))):
            block = points[rows].astype("float64") - self.mean
            distances = squares[rows, np.newaxis] + self.squares
            for columns in blocks(len(self.centers), dim):
                centers = self.centers[columns].astype("float64") - self.mean
                distances[:, columns] -= 2.0 * block @ centers.T
            yield rows, np.maximum(distances, 0.0, out=distances)


def squares_of(points, mean):
    """Squared distances of points from their mean, in blocks."""
    squares = np.empty(len(points))
    for rows in blocks(*points.shape):
        centered = points[rows].astype("float64") - mean
        squares[rows] = np.sum(centered * centered, axis=1)
    return squares
