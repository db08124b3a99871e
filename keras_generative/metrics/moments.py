import keras
import numpy as np
from keras import ops

from keras_generative import backend


class Moments(keras.metrics.Metric):
    """Mean and covariance of features that come in batches, in float64.

    What is summed are distances from a shift, the mean of the first batch:
    features with a mean far from zero would otherwise lose their variance to
    rounding. The shift is that of all replicas, so that their sums add up.
    """

    def __init__(self, name="moments"):
        super().__init__(name=name, dtype="float64")

    def build(self, dim):
        with backend.double_precision():
            self.started = self._add((), "started", "mean")
            self.shift = self._add((dim,), "shift", "mean")
            self.count = self._add((), "count")
            self.total = self._add((dim,), "total")
            self.products = self._add((dim, dim), "products")

    def update_state(self, features):
        with backend.double_precision():
            x = ops.cast(features, "float64")
            count = ops.cast(ops.shape(x)[0], "float64")
            # All replicas meet here, with the shift set or not.
            total, number = backend.sum_over_replicas(
                [ops.sum(x, axis=0), count]
            )
            shift = ops.where(
                self.started.value > 0,
                self.shift.value,
                total / ops.maximum(number, 1.0),
            )
            x = x - shift
            self.shift.assign(shift)
            self.started.assign(ops.ones_like(count))
            self.count.assign(self.count.value + count)
            self.total.assign(self.total.value + ops.sum(x, axis=0))
            # Not `ops.matmul`, which gives float32 on torch.
            self.products.assign(self.products.value + ops.transpose(x) @ x)

    def result(self):
        """Returns `(mean, covariance, count)`, numpy arrays and an integer."""
        count = int(ops.convert_to_numpy(self.count)) if self.variables else 0
        if count < 2:
            raise ValueError(
                "A covariance needs at least 2 images. "
                f"Received: {count} in `{self.name}`"
            )
        shift = ops.convert_to_numpy(self.shift)
        offset = ops.convert_to_numpy(self.total) / count
        products = ops.convert_to_numpy(self.products)
        covariance = (products - count * np.outer(offset, offset)) / (count - 1)
        if not np.isfinite(covariance).all():
            raise ValueError(
                "Features must be finite, and their squares too. "
                f"Received: NaN or infinity in `{self.name}`"
            )
        return shift + offset, covariance, count

    def reset_state(self):
        with backend.double_precision():
            super().reset_state()

    def _add(self, shape, name, aggregation="sum"):
        return self.add_variable(
            shape, "zeros", dtype="float64", aggregation=aggregation, name=name
        )
