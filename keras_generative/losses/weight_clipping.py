import keras
from keras import ops

from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class WeightClipping(keras.constraints.Constraint):
    """Clips weights to [-limit, limit], as the first WGAN does.

    It bounds how steep a critic can be, so that `WassersteinLoss` needs no
    gradient penalty.

    Args:
        limit: Float > 0. Defaults to `0.01`.

    Raises:
        ValueError: If `limit` is not above 0.

    Example:

    >>> kernel = WeightClipping(0.01)(keras.ops.ones((3, 2)))  # all 0.01

    Reference:

    - [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), algorithm 1.
    """

    def __init__(self, limit=0.01):
        if check_number(limit, "limit", minimum=0.0) == 0.0:
            raise ValueError(
                f"Argument `limit` must be above 0. Received: limit={limit!r}"
            )
        self.limit = limit

    def __call__(self, w):
        return ops.clip(w, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}
