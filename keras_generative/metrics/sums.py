import keras
import numpy as np
from keras import ops

from keras_generative import backend


class Sums(keras.metrics.Metric):
    """Base of what metrics add up over batches, in float64.

    Subclasses make their variables in `build(dim)`, by `add_sum`, one of them
    `count`, and update them within `backend.double_precision()`.
    """

    def __init__(self, name):
        super().__init__(name=name, dtype="float64")

    def add_sum(self, shape, name, aggregation="sum"):
        """Makes a variable, whose parts on replicas are added up."""
        with backend.double_precision():
            return self.add_variable(
                shape,
                "zeros",
                dtype="float64",
                aggregation=aggregation,
                name=name,
            )

    def reset_state(self):
        with backend.double_precision():
            super().reset_state()

    def check(self, minimum):
        """Raises a `ValueError` unless there are finite sums of enough images.

        A compiled step cannot tell, so it is looked at here too.

        Args:
            minimum: Integer, how many are enough.

        Returns:
            Integer, the number of images.
        """
        count = self._counted() if self.variables else 0
        if count < minimum:
            raise ValueError(
                f"This metric needs at least {minimum} images. "
                f"Received: {count} in `{self.name}`"
            )
        for variable in self.variables:
            if not np.isfinite(ops.convert_to_numpy(variable)).all():
                raise ValueError(
                    "Features must be finite, and their squares too. "
                    f"Received: NaN or infinity in `{self.name}`"
                )
        return count

    def _counted(self):
        if backend.is_symbolic(self.count.value):
            raise ValueError(
                "The result of this metric is computed on the host, which a "
                "compiled step cannot. Call `result` outside of it, e.g. in a "
                f"callback. Received: {self.count!r} in `{self.name}`"
            )
        return int(ops.convert_to_numpy(self.count))
