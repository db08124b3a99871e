from keras import layers

from keras_generative.utils.validation import check_positive_integer


def latent_outputs(x, latent_dim, gaussian):
    """The output of an encoder, or the pair of a VAE's, in float32."""
    check_positive_integer(latent_dim, "latent_dim")
    names = ("z_mean", "z_log_var") if gaussian else ("z",)
    outputs = [
        layers.Dense(latent_dim, dtype="float32", name=name)(x)
        for name in names
    ]
    return outputs if gaussian else outputs[0]
