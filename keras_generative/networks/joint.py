import keras
from keras import layers

from keras_generative.networks.heads import discriminator_outputs
from keras_generative.networks.sizes import check_sizes
from keras_generative.utils.networks import known_input_shape
from keras_generative.utils.networks import output_shapes
from keras_generative.utils.validation import check_positive_integer


def joint_discriminator(features, latent_dim, hidden_units=(256,)):
    """Scores pairs of a sample and a latent, for a `BiGAN`.

    Features of the sample are joined to the latent, and dense layers judge
    both together.

    Args:
        features: `keras.Model` from samples to vectors of shape (batch, n),
            such as a discriminator with `outputs=(n,)`.
        latent_dim: Positive integer.
        hidden_units: Tuple of positive integers, the units of the leaky relu
            layers. Defaults to `(256,)`.

    Returns:
        Functional `keras.Model` from `[samples, latents]` to logits of shape
        (batch, 1).

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> features = dcgan_discriminator((28, 28, 1), outputs=(256,))
    >>> discriminator = joint_discriminator(features, latent_dim=64)

    Reference:

    - [Dumoulin et al., 2017](https://arxiv.org/abs/1606.00704), section 2.
    """
    shape = known_input_shape(features, "features")
    given = output_shapes(features, shape, "features")
    if len(features.inputs) != 1 or len(given) != 1 or len(given[0]) != 1:
        raise ValueError(
            "Argument `features` must be a network of one input that gives "
            "vectors of shape (batch, n). Received: inputs "
            f"{features.inputs} and outputs of shape {given}"
        )
    check_positive_integer(latent_dim, "latent_dim")
    samples = keras.Input(shape, name="images")
    z = keras.Input((latent_dim,), name="z")
    x = layers.LeakyReLU(negative_slope=0.2)(features(samples))
    x = layers.Concatenate()([x, z])
    for units in check_sizes(hidden_units, "hidden_units"):
        x = layers.Dense(units)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    score = discriminator_outputs(x, None, None, (1,))
    return keras.Model([samples, z], score, name="discriminator")
