import keras
from keras import ops

from keras_generative.utils.validation import check_number


@keras.saving.register_keras_serializable(package="keras_generative")
class SharedLogScale(keras.layers.Layer):
    """One learned number, in the shape of the images that it is the scale of.

    It is the second output of a decoder under a likelihood that learns its
    scale, `losses.GaussianNLL(scale=None)`: one log scale for all pixels of
    all images.

    Args:
        initial_value: Float, the log scale to begin with. Defaults to `0.0`.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: Tensor of shape (batch, height, width, channels), the means.

    Returns:
        Tensor of that shape.

    Example:

    >>> decoder = networks.mlp_decoder(2, (28, 28, 1))
    >>> mean = decoder.output
    >>> decoder = keras.Model(decoder.input, [mean, SharedLogScale()(mean)])

    Reference:

    - [Rybkin et al., 2020](https://arxiv.org/abs/2006.13202), section 3.
    """

    def __init__(self, initial_value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.initial_value = check_number(initial_value, "initial_value")
        self.log_scale = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(initial_value),
            name="log_scale",
        )
        self.built = True

    def call(self, inputs):
        return ops.zeros_like(inputs) + self.log_scale

    def get_config(self):
        return {**super().get_config(), "initial_value": self.initial_value}
