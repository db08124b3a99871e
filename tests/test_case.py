"""Tiny models, tiny data, and the checks that every model must pass."""

import json

import keras
import numpy as np
from keras import layers

from keras_generative.layers import SharedLogScale
from keras_generative.models import ACGAN
from keras_generative.models import GAN
from keras_generative.models import VAE
from keras_generative.models import Autoencoder
from keras_generative.models import InfoGAN
from keras_generative.models import SemiSupervisedGAN

IMAGE_SHAPE = (4, 4, 1)
LATENT_DIM = 3


def make_images(num_images=20, low=0.0):
    """Images in [low, 1] of four brightnesses."""
    generator = np.random.default_rng(0)
    noise = generator.uniform(low, 1.0, (num_images, *IMAGE_SHAPE))
    level = np.arange(num_images).reshape(-1, 1, 1, 1) % 4 / 4
    return (0.5 * noise + 0.5 * level).astype("float32")


def dense_network(inputs, outputs, activation=None, **kwargs):
    return keras.Sequential(
        [
            keras.Input(inputs),
            layers.Flatten(),
            layers.Dense(8, activation="tanh", **kwargs),
            # No bias: where a loss sees only differences of scores, that of
            # the discriminator would have no gradient.
            layers.Dense(
                int(np.prod(outputs)), activation=activation, use_bias=False
            ),
            layers.Reshape(outputs),
        ]
    )


def gaussian_encoder(**kwargs):
    images = keras.Input(IMAGE_SHAPE)
    x = layers.Flatten()(images)
    x = layers.Dense(8, activation="tanh", **kwargs)(x)
    return keras.Model(
        images, [layers.Dense(LATENT_DIM)(x), layers.Dense(LATENT_DIM)(x)]
    )


def make_autoencoder(**kwargs):
    return Autoencoder(
        dense_network(IMAGE_SHAPE, (LATENT_DIM,), **kwargs),
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid", **kwargs),
    )


def scaled_decoder():
    """Gives `(mean, log_scale)`."""
    z = keras.Input((LATENT_DIM,))
    mean = dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid")(z)
    return keras.Model(z, [mean, SharedLogScale(-1.0)(mean)])


def make_vae(beta=1.0, decoder=None, **kwargs):
    return VAE(
        gaussian_encoder(**kwargs),
        decoder or dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid"),
        beta=beta,
        seed=1,
    )


def make_gan(augmenter=None, **kwargs):
    return GAN(
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh", **kwargs),
        dense_network(IMAGE_SHAPE, (1,), **kwargs),
        latent_dim=LATENT_DIM,
        seed=1,
        augmenter=augmenter,
    )


def labelled(network, num_classes=4):
    """A network that adds to its input what it learns of a class."""
    inputs = keras.Input(network.input_shape[1:])
    labels = keras.Input((), dtype="int32")
    size = int(np.prod(network.input_shape[1:]))
    codes = layers.Embedding(num_classes, size)(labels)
    codes = layers.Reshape(network.input_shape[1:])(codes)
    return keras.Model([inputs, labels], network(inputs + codes))


def make_conditional_gan(num_classes=4):
    return GAN(
        labelled(
            dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh"), num_classes
        ),
        labelled(dense_network(IMAGE_SHAPE, (1,)), num_classes),
        latent_dim=LATENT_DIM,
        seed=1,
    )


def with_heads(*sizes, **kwargs):
    """A discriminator of several outputs, vectors of given sizes."""
    images = keras.Input(IMAGE_SHAPE)
    x = dense_network(IMAGE_SHAPE, (8,), "tanh", **kwargs)(images)
    return keras.Model(
        images, [layers.Dense(size, use_bias=False)(x) for size in sizes]
    )


def make_acgan(num_classes=4, **kwargs):
    generator = dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh", **kwargs)
    return ACGAN(
        labelled(generator, num_classes),
        with_heads(1, num_classes, **kwargs),
        latent_dim=LATENT_DIM,
        seed=1,
    )


def make_infogan(num_categories=4, num_continuous=2, heads=None, **kwargs):
    code_dim = int(np.sum(num_categories)) + num_continuous
    sizes = (int(np.sum(num_categories)), num_continuous)
    return InfoGAN(
        dense_network((LATENT_DIM + code_dim,), IMAGE_SHAPE, "tanh", **kwargs),
        with_heads(1, *(heads or filter(None, sizes)), **kwargs),
        latent_dim=LATENT_DIM,
        num_categories=num_categories,
        num_continuous=num_continuous,
        seed=1,
    )


def make_semi_supervised_gan(discriminator=None, num_classes=4, **kwargs):
    return SemiSupervisedGAN(
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh", **kwargs),
        discriminator or with_heads(num_classes, **kwargs),
        latent_dim=LATENT_DIM,
        seed=1,
    )


def make_labels(num_images=20, unlabelled=0.0):
    """The brightnesses of `make_images`, as far as they are known."""
    labels = np.arange(num_images) % 4
    labels[: int(unlabelled * num_images)] = -1
    return labels


def make_conditional_vae(num_classes=4):
    return VAE(
        labelled(gaussian_encoder(), num_classes),
        labelled(
            dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid"), num_classes
        ),
        seed=1,
    )


MAKERS = {
    "autoencoder": make_autoencoder,
    "vae": make_vae,
    "gan": make_gan,
    "acgan": make_acgan,
    "infogan": make_infogan,
    "semi_supervised_gan": make_semi_supervised_gan,
}


def make_compiled(name):
    model = MAKERS[name]()
    model.compile()
    return model


def weights_of(model):
    return [np.array(v) for v in model.trainable_variables]


def run_model_test(model, images, log_names, tmp_path, labels=None):
    """Checks that a compiled model trains, saves, loads and goes on."""
    before = weights_of(model)
    history = model.fit(
        images,
        labels,
        epochs=2,
        batch_size=8,
        validation_data=images if labels is None else (images, labels),
        verbose=0,
    ).history
    assert set(history) == {*log_names, *(f"val_{n}" for n in log_names)}
    assert all(np.isfinite(values).all() for values in history.values())
    for weight, old in zip(model.trainable_variables, before):
        assert (np.array(weight) != old).any(), f"{weight.path} has not moved"

    path = str(tmp_path / "model.keras")
    model.save(path)
    loaded = keras.models.load_model(path)
    assert type(loaded) is type(model)
    assert loaded.compiled
    for config in ("get_config", "get_compile_config"):
        # As text, because JSON knows no tuples.
        expected = json.dumps(getattr(model, config)())
        assert json.dumps(getattr(loaded, config)()) == expected
    assert_equal_state(loaded, model)
    loaded.fit(images, labels, epochs=1, batch_size=8, verbose=0)
    assert int(loaded.optimizer.iterations) == 3 + int(
        model.optimizer.iterations
    )


def assert_equal_state(model, other):
    """Equal weights and seed states, slots and step counts."""
    for a, b in zip(model.variables, other.variables, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=a.path)
    for a, b in zip(
        model.optimizer.variables, other.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(a, b, err_msg=a.path)
