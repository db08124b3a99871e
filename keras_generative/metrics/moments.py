import numpy as np
from keras import ops

from keras_generative import backend
from keras_generative.metrics.sums import Sums


class Moments(Sums):
    """Mean and covariance of features that come in batches.

    What is summed are distances from a shift, the mean of the first batch:
    features with a mean far from zero would otherwise lose their variance to
    rounding. The shift is that of all replicas, so that their sums add up.
    """

    def build(self, dim):
        self.started = self.add_sum((), "started", "mean")
        self.shift = self.add_sum((dim,), "shift", "mean")
        self.count = self.add_sum((), "count")
        self.total = self.add_sum((dim,), "total")
        self.products = self.add_sum((dim, dim), "products")

    def update_state(self, features):
        with backend.double_precision():
            x = ops.cast(features, "float64")
            count = ops.cast(ops.shape(x)[0], "float64")
            shift = self._shift(x, count)
            x = x - shift
            self.shift.assign(shift)
            self.started.assign(ops.ones_like(count))
            self.count.assign(self.count.value + count)
            self.total.assign(self.total.value + ops.sum(x, axis=0))
            # Not `ops.matmul`, which gives float32 on torch.
            self.products.assign(self.products.value + ops.transpose(x) @ x)

    def result(self):
        """Returns `(mean, covariance)`, numpy arrays."""
        count = self.check(minimum=2)
        shift = ops.convert_to_numpy(self.shift)
        offset = ops.convert_to_numpy(self.total) / count
        products = ops.convert_to_numpy(self.products)
        covariance = products - count * np.outer(offset, offset)
        return shift + offset, covariance / (count - 1)

    def _shift(self, x, count):
        # All replicas meet here, with the shift set or not.
        total, count = backend.sum_over_replicas([ops.sum(x, axis=0), count])
        mean = total / ops.where(count > 0, count, ops.ones_like(count))
        return ops.where(self.started.value > 0, self.shift.value, mean)
