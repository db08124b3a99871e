"""The models that are measured, so small that overhead shows."""

import keras

import keras_generative as kg


def make(kind, network="tiny", side=8, latent_dim=2, layer=None):
    """A compiled model of grey images of `side` x `side` pixels.

    The `layer` is put before the encoder or the generator, as one of a user.
    """
    # No `set_random_seed`: Keras imports TensorFlow there on any backend.
    shape = (side, side, 1)
    first, second = NETWORKS[network](kind, shape, latent_dim)
    if layer is not None:
        inputs = keras.Input(first.input_shape[1:])
        first = keras.Model(inputs, first(layer(inputs)))
    if kind == "gan":
        model = kg.models.GAN(first, second, latent_dim)
        model.compile(*[keras.optimizers.Adam(2e-4) for _ in range(2)])
        return model
    model = {"autoencoder": kg.models.Autoencoder, "vae": kg.models.VAE}[kind](
        first, second
    )
    model.compile(keras.optimizers.Adam(1e-3), loss="binary_crossentropy")
    return model


def mlp(kind, shape, latent_dim, hidden_units=(512,)):
    if kind == "gan":
        return (
            kg.networks.mlp_generator(latent_dim, shape, hidden_units),
            kg.networks.mlp_discriminator(shape, hidden_units),
        )
    return (
        kg.networks.mlp_encoder(
            shape, latent_dim, hidden_units, gaussian=kind == "vae"
        ),
        kg.networks.mlp_decoder(latent_dim, shape, hidden_units),
    )


def tiny(kind, shape, latent_dim):
    return mlp(kind, shape, latent_dim, hidden_units=(16,))


def conv(kind, shape, latent_dim):
    if kind == "gan":
        return (
            kg.networks.dcgan_generator(latent_dim, shape),
            kg.networks.dcgan_discriminator(shape),
        )
    return (
        kg.networks.conv_encoder(shape, latent_dim, gaussian=kind == "vae"),
        kg.networks.conv_decoder(latent_dim, shape),
    )


NETWORKS = {"tiny": tiny, "mlp": mlp, "conv": conv}
