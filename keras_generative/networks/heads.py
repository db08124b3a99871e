"""How encoders and discriminators end."""

from keras import layers

from keras_generative.networks.sizes import check_sizes
from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_boolean
from keras_generative.utils.validation import check_positive_integer


def latent_outputs(x, latent_dim, gaussian):
    """The output of an encoder, or the pair of a VAE's."""
    check_positive_integer(latent_dim, "latent_dim")
    check_boolean(gaussian, "gaussian")
    names = ("z_mean", "z_log_var") if gaussian else ("z",)
    outputs = [
        layers.Dense(latent_dim, dtype=output_dtype(), name=name)(x)
        for name in names
    ]
    return outputs if gaussian else outputs[0]


def discriminator_outputs(x, labels, num_classes, sizes):
    """What a discriminator says: its score, and as many outputs as wanted.

    Args:
        x: Features of shape (batch, n).
        labels: What `label_input` returned.
        num_classes: Integer or `None`.
        sizes: Tuple of positive integers, the size of each output.

    Returns:
        The only output, or a list of them.
    """
    first, *others = check_sizes(sizes, "outputs", at_least=1)
    if labels is None:
        outputs = [layers.Dense(first, dtype=output_dtype(), name="logits")(x)]
    elif first == 1:
        outputs = [_projection(x, labels, num_classes)]
    else:
        raise ValueError(
            "A discriminator that is given labels must give one score first. "
            f"Received: outputs={sizes!r} with num_classes={num_classes}"
        )
    outputs += [layers.Dense(size, dtype=output_dtype())(x) for size in others]
    return outputs if others else outputs[0]


def _projection(x, labels, num_classes):
    """The score of a projection discriminator.

    `linear(x) + <embedding(label), x>` (Miyato and Koyama, 2018,
    https://arxiv.org/abs/1802.05637, equation 4).
    """
    dtype = output_dtype()
    linear = layers.Dense(1, dtype=dtype, name="linear")(x)
    directions = layers.Embedding(
        num_classes, x.shape[-1], dtype=dtype, name="directions"
    )
    projection = layers.Dot(axes=1, dtype=dtype, name="projection")
    return layers.Add(dtype=dtype, name="logits")(
        [linear, projection([x, directions(labels)])]
    )
