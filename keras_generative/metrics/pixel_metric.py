import keras
from keras import ops

from keras_generative import backend
from keras_generative.metrics.extraction import floats
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_string
from keras_generative.utils.validation import check_value_range
from keras_generative.utils.value_range import rescale


class PixelMetric(keras.metrics.Mean):
    """Base of the metrics that compare pairs of images, pixel by pixel.

    Subclasses implement `per_image`. The result is the mean over images.

    Args:
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`: `(0, 1)`, or in
            `GenerativeEvaluator` the range of the model's images.
        name: String. Defaults to that of the subclass.
        dtype: Of the mean, as Keras metrics have it.
    """

    min_size = 1

    def __init__(self, value_range=None, name=None, dtype=None):
        if name is not None:
            check_string(name, "name")
        super().__init__(name=name, dtype=dtype)
        self.value_range = None
        if value_range is not None:
            self.value_range = check_value_range(value_range)

    def per_image(self, x, y):
        """The figure of each pair.

        Args:
            x: Float32 tensor of shape (batch, height, width, channels), from
                0, black, to 1.
            y: Likewise.

        Returns:
            Tensor of shape (batch,).
        """
        raise NotImplementedError

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Adds a batch of pairs.

        Args:
            y_true: Float array or tensor of shape (batch, height, width,
                channels).
            y_pred: Likewise, e.g. reconstructions.
            sample_weight: Array or tensor of numbers of at least 0, of shape
                (batch,) or one for all, or `None`.
        """
        x, y = (
            ops.convert_to_tensor(floats(images, "Images"))
            for images in (y_true, y_pred)
        )
        check_fit(x.shape, (None,) * 4, "Images")
        if 0 in x.shape:
            raise ValueError(
                f"`{self.name}` needs images to compare. "
                f"Received: shape={tuple(x.shape)}"
            )
        check_fit(y.shape, x.shape, "`y_pred`")
        self._check_size(x.shape)
        x, y = (
            rescale(ops.cast(z, "float32"), self.value_range, (0.0, 1.0))
            for z in (x, y)
        )
        self._check_finite(y_true=x, y_pred=y)
        if sample_weight is not None:
            sample_weight = _weights(sample_weight, x.shape[0])
        super().update_state(self.per_image(x, y), sample_weight)

    def get_config(self):
        return {**super().get_config(), "value_range": self.value_range}

    def _check_size(self, shape):
        if any(size and size < self.min_size for size in shape[1:3]):
            raise ValueError(
                f"`{type(self).__name__}` takes images of at least "
                f"{self.min_size} x {self.min_size} pixels. "
                f"Received: shape={tuple(shape)}"
            )

    def _check_finite(self, **images):
        for name, x in images.items():
            if not backend.is_symbolic(x) and not ops.all(ops.isfinite(x)):
                raise ValueError(
                    "Pixels must be finite. "
                    f"Received: `{name}` of `{self.name}` with NaN or infinity"
                )


def _weights(values, count):
    """Weights of images as a tensor, or a `ValueError` if they are none."""
    if not hasattr(values, "dtype"):
        values = as_array(values, "sample_weight")
    if not any(kind in str(values.dtype) for kind in ("float", "int", "bool")):
        raise ValueError(
            "Argument `sample_weight` must hold numbers. "
            f"Received: sample_weight of dtype={values.dtype}"
        )
    weights = ops.cast(ops.convert_to_tensor(values), "float32")
    if len(weights.shape) > 0:  # An empty shape of TensorFlow is true.
        check_fit(weights.shape, (count,), "Argument `sample_weight`")
    if not backend.is_symbolic(weights) and not ops.all(
        ops.logical_and(weights >= 0, ops.isfinite(weights))
    ):
        raise ValueError(
            "Argument `sample_weight` must hold finite numbers of at least 0. "
            f"Received: sample_weight={values}"
        )
    return weights
