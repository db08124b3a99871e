import keras
from keras import ops

from keras_generative import backend
from keras_generative.utils.validation import check_fit
from keras_generative.utils.validation import check_seed


@keras.saving.register_keras_serializable(package="keras_generative")
class GaussianSampling(keras.layers.Layer):
    """Draws z from N(z_mean, exp(z_log_var) I), differentiably.

    `z = z_mean + exp(0.5 * z_log_var) * noise` with standard normal noise
    (the reparameterisation trick).

    Args:
        seed: Integer or `None`, for the noise.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: Pair `(z_mean, z_log_var)` of tensors of shape
            (batch, latent_dim).

    Returns:
        Tensor of shape (batch, latent_dim).

    Example:

    >>> z = GaussianSampling(seed=1)((keras.ops.zeros((8, 2)),) * 2)

    Reference:

    - [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114),
      section 2.4.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = check_seed(seed, optional=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.built = True

    def call(self, inputs):
        self.compute_output_shape([tuple(z.shape) for z in inputs])
        return draw_gaussian(*inputs, self.seed_generator)

    def compute_output_shape(self, input_shape):
        is_pair = len(input_shape) == 2 and isinstance(input_shape[0], tuple)
        if not is_pair:
            raise ValueError(
                "Inputs must be a pair `(z_mean, z_log_var)`. "
                f"Received: inputs of shape {input_shape}"
            )
        z_mean_shape, z_log_var_shape = input_shape
        # One would be broadcast to the other.
        check_fit(z_log_var_shape, z_mean_shape, "`z_log_var`, as `z_mean`,")
        return z_mean_shape

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


def draw_gaussian(z_mean, z_log_var, seed_generator):
    """What `GaussianSampling` gives, of noise from any seed generator."""
    noise = backend.random_normal(ops.shape(z_mean), seed_generator)
    noise = ops.cast(noise, z_mean.dtype)
    return z_mean + ops.exp(0.5 * z_log_var) * noise
