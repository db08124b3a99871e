"""How encoders and discriminators end."""

from keras import layers

from keras_generative.utils.precision import output_dtype
from keras_generative.utils.validation import check_positive_integer


def latent_outputs(x, latent_dim, gaussian):
    """The output of an encoder, or the pair of a VAE's."""
    check_positive_integer(latent_dim, "latent_dim")
    names = ("z_mean", "z_log_var") if gaussian else ("z",)
    outputs = [
        layers.Dense(latent_dim, dtype=output_dtype(), name=name)(x)
        for name in names
    ]
    return outputs if gaussian else outputs[0]


def score_output(x, labels, num_classes):
    """The logits of a discriminator, of shape (batch, 1).

    With labels it is a projection discriminator's,
    `linear(x) + <embedding(label), x>` (Miyato and Koyama, 2018,
    https://arxiv.org/abs/1802.05637, equation 4).

    Args:
        x: Features of shape (batch, n).
        labels: What `label_input` returned.
        num_classes: Integer or `None`.
    """
    dtype = output_dtype()
    if labels is None:
        return layers.Dense(1, dtype=dtype, name="logits")(x)
    linear = layers.Dense(1, dtype=dtype, name="linear")(x)
    directions = layers.Embedding(
        num_classes, x.shape[-1], dtype=dtype, name="directions"
    )
    projection = layers.Dot(axes=1, dtype=dtype, name="projection")
    return layers.Add(dtype=dtype, name="logits")(
        [linear, projection([x, directions(labels)])]
    )
