"""Tiny models, tiny data, and the checks that every model must pass."""

import json
import typing
from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from keras_generative.layers import SharedLogScale
from keras_generative.models import ACGAN
from keras_generative.models import GAN
from keras_generative.models import VAE
from keras_generative.models import AdversarialAutoencoder
from keras_generative.models import Autoencoder
from keras_generative.models import BiGAN
from keras_generative.models import CycleGAN
from keras_generative.models import Diffusion
from keras_generative.models import FlowMatching
from keras_generative.models import ImageTranslation
from keras_generative.models import InfoGAN
from keras_generative.models import SemiSupervisedGAN

IMAGE_SHAPE = (4, 4, 1)
SERIES_SHAPE = (8, 2)
VECTOR_SHAPE = (5,)
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


def gaussian_encoder(shape=IMAGE_SHAPE, **kwargs):
    samples = keras.Input(shape)
    x = layers.Flatten()(samples)
    x = layers.Dense(8, activation="tanh", **kwargs)(x)
    return keras.Model(
        samples, [layers.Dense(LATENT_DIM)(x), layers.Dense(LATENT_DIM)(x)]
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


def make_series_vae(**kwargs):
    return VAE(
        gaussian_encoder(SERIES_SHAPE, **kwargs),
        dense_network((LATENT_DIM,), SERIES_SHAPE, "sigmoid", **kwargs),
        seed=1,
    )


def make_vector_gan(**kwargs):
    return GAN(
        dense_network((LATENT_DIM,), VECTOR_SHAPE, "tanh", **kwargs),
        dense_network(VECTOR_SHAPE, (1,), **kwargs),
        latent_dim=LATENT_DIM,
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


def make_conditional_autoencoder(num_classes=4, **kwargs):
    encoder = dense_network(IMAGE_SHAPE, (LATENT_DIM,), **kwargs)
    decoder = dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid", **kwargs)
    return Autoencoder(
        labelled(encoder, num_classes), labelled(decoder, num_classes)
    )


def make_conditional_vae(num_classes=4, **kwargs):
    decoder = dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid", **kwargs)
    return VAE(
        labelled(gaussian_encoder(**kwargs), num_classes),
        labelled(decoder, num_classes),
        seed=1,
    )


def make_conditional_gan(num_classes=4, **kwargs):
    generator = dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh", **kwargs)
    discriminator = dense_network(IMAGE_SHAPE, (1,), **kwargs)
    return GAN(
        labelled(generator, num_classes),
        labelled(discriminator, num_classes),
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


def judge_of_pairs(**kwargs):
    """A discriminator of sources and targets."""
    pair = [keras.Input(IMAGE_SHAPE), keras.Input(IMAGE_SHAPE)]
    joint = layers.Concatenate()(pair)
    scores = dense_network(joint.shape[1:], (1,), **kwargs)(joint)
    return keras.Model(pair, scores)


def make_image_translation(**kwargs):
    return ImageTranslation(
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh", **kwargs),
        judge_of_pairs(**kwargs),
        seed=1,
    )


def make_cycle_gan(**kwargs):
    return CycleGAN(
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh", **kwargs),
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh", **kwargs),
        dense_network(IMAGE_SHAPE, (1,), **kwargs),
        dense_network(IMAGE_SHAPE, (1,), **kwargs),
        # Full within the first batches.
        pool_size=10,
        seed=1,
    )


def denoiser(shape=IMAGE_SHAPE, num_classes=None, **kwargs):
    """A network of samples, times and, if there are classes, labels."""
    inputs = [keras.Input(shape), keras.Input(())]
    codes = layers.Dense(8)(layers.Reshape((1,))(inputs[1]))
    if num_classes is not None:
        inputs.append(keras.Input((), dtype="int32"))
        # One more class, for no label.
        codes += layers.Embedding(num_classes + 1, 8)(inputs[2])
    x = layers.Concatenate()([layers.Flatten()(inputs[0]), codes])
    x = dense_network((int(np.prod(shape)) + 8,), shape, **kwargs)(x)
    return keras.Model(inputs, x)


def make_diffusion(num_classes=4, **kwargs):
    network = denoiser(num_classes=num_classes, **kwargs)
    return Diffusion(network, seed=1)


def make_flow_matching(coupling="optimal_transport", **kwargs):
    return FlowMatching(denoiser(VECTOR_SHAPE, **kwargs), coupling, seed=1)


def judge_of_codes(**kwargs):
    """A discriminator of `[samples, latents]`."""
    pair = [keras.Input(IMAGE_SHAPE), keras.Input((LATENT_DIM,))]
    joined = layers.Concatenate()([layers.Flatten()(pair[0]), pair[1]])
    size = joined.shape[1]
    return keras.Model(pair, dense_network((size,), (1,), **kwargs)(joined))


def make_bigan(encoder=None, **kwargs):
    return BiGAN(
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh", **kwargs),
        encoder or gaussian_encoder(**kwargs),
        judge_of_codes(**kwargs),
        latent_dim=LATENT_DIM,
        seed=1,
    )


def make_adversarial_autoencoder(
    encoder=None, discriminator=None, prior=None, **kwargs
):
    return AdversarialAutoencoder(
        encoder or gaussian_encoder(**kwargs),
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid", **kwargs),
        discriminator or dense_network((LATENT_DIM,), (1,), **kwargs),
        prior,
        seed=1,
    )


def make_labels(num_images=20, unlabelled=0.0):
    """The brightnesses of `make_images`, as far as they are known."""
    labels = np.arange(num_images) % 4
    labels[: int(unlabelled * num_images)] = -1
    return labels


def images(num_samples):
    return make_images(num_samples), None


def signed_images(num_samples):
    return make_images(num_samples, low=-1.0), None


def noisy_images(num_samples):
    clean = make_images(num_samples)
    noise = np.random.default_rng(1).normal(size=clean.shape)
    return np.clip(clean + 0.1 * noise, 0, 1).astype("float32"), clean


def series(num_samples):
    return make_images(num_samples).reshape(-1, *SERIES_SHAPE), None


def vectors(num_samples):
    pixels = make_images(num_samples, low=-1.0).reshape(num_samples, -1)
    return pixels[:, : VECTOR_SHAPE[0]], None


def labelled_images(num_samples):
    return make_images(num_samples), make_labels(num_samples)


def labelled_signed_images(num_samples):
    return make_images(num_samples, low=-1.0), make_labels(num_samples)


def some_labelled_images(num_samples):
    labels = make_labels(num_samples)
    labels[np.arange(num_samples) % 5 < 3] = -1
    return make_images(num_samples, low=-1.0), labels


def pairs_of_images(num_samples):
    images = make_images(num_samples, low=-1.0)
    return images, -images[:, ::-1]


class Case(typing.NamedTuple):
    """A kind of model, and what it learns from.

    `make(**kwargs)` gives a model that is not compiled, with arguments for its
    dense layers. `data(num_samples)` gives what `fit` takes as `x` and `y`,
    of which fewer are the first of more.
    """

    make: Callable
    data: Callable
    log_names: tuple

    @property
    def is_game(self):
        return "generator_loss" in self.log_names


AUTOENCODER_LOGS = ("loss", "reconstruction_loss")
VAE_LOGS = (*AUTOENCODER_LOGS, "kl_loss")
GAN_LOGS = (
    "loss",
    "generator_loss",
    "discriminator_loss",
    "discriminator_accuracy",
    "real_score",
    "fake_score",
)
CLASS_LOGS = ("class_loss", "class_accuracy")
MODELS = {
    "autoencoder": Case(make_autoencoder, images, AUTOENCODER_LOGS),
    "denoising_autoencoder": Case(
        make_autoencoder, noisy_images, AUTOENCODER_LOGS
    ),
    "conditional_autoencoder": Case(
        make_conditional_autoencoder, labelled_images, AUTOENCODER_LOGS
    ),
    "vae": Case(make_vae, images, VAE_LOGS),
    "conditional_vae": Case(make_conditional_vae, labelled_images, VAE_LOGS),
    "series_vae": Case(make_series_vae, series, VAE_LOGS),
    "gan": Case(make_gan, signed_images, GAN_LOGS),
    "conditional_gan": Case(
        make_conditional_gan, labelled_signed_images, GAN_LOGS
    ),
    "vector_gan": Case(make_vector_gan, vectors, GAN_LOGS),
    "diffusion": Case(make_diffusion, labelled_signed_images, ("loss",)),
    "flow_matching": Case(make_flow_matching, vectors, ("loss",)),
    "acgan": Case(
        make_acgan,
        labelled_signed_images,
        (*GAN_LOGS, *CLASS_LOGS, "fake_class_accuracy"),
    ),
    "infogan": Case(
        make_infogan, signed_images, (*GAN_LOGS, "mutual_information")
    ),
    "semi_supervised_gan": Case(
        make_semi_supervised_gan,
        some_labelled_images,
        (*GAN_LOGS, *CLASS_LOGS),
    ),
    "image_translation": Case(
        make_image_translation,
        pairs_of_images,
        (*GAN_LOGS, "reconstruction_loss"),
    ),
    "cycle_gan": Case(
        make_cycle_gan,
        pairs_of_images,
        (*GAN_LOGS, "cycle_loss", "identity_loss"),
    ),
    "bigan": Case(make_bigan, signed_images, GAN_LOGS),
    "adversarial_autoencoder": Case(
        make_adversarial_autoencoder,
        images,
        (*GAN_LOGS, "reconstruction_loss"),
    ),
}
GAMES = [name for name, case in MODELS.items() if case.is_game]
SINGLES = [name for name in MODELS if name not in GAMES]
# For what takes long on every kind. One of each objective and each game, with
# labels and without: samples of other shapes, and targets, are trained alike.
OBJECTIVES = [
    "autoencoder",
    "conditional_vae",
    "gan",
    "diffusion",
    "flow_matching",
    "acgan",
    "infogan",
    "semi_supervised_gan",
    "image_translation",
    "cycle_gan",
    "bigan",
    "adversarial_autoencoder",
]
# One of each train step and each `y`: none, targets, labels.
FED = ["denoising_autoencoder", "vae", "gan", "semi_supervised_gan"]


def make_compiled(name):
    model = MODELS[name].make()
    model.compile()
    return model


def make_with_dropout(name):
    """A model, one of whose networks drops some of its samples."""
    model = MODELS[name].make()
    if MODELS[name].is_game:
        network = model.judges[0]
    else:
        network = "encoder" if hasattr(model, "encoder") else "network"
    inner = getattr(model, network)
    x, *others = inner.inputs
    dropped = layers.Dropout(0.5, seed=1)(x)
    outputs = inner([dropped, *others] if others else dropped)
    config = keras.saving.deserialize_keras_object(model.get_config())
    return type(model)(
        **{**config, network: keras.Model(inner.inputs, outputs)}
    )


def optimizers_of(name, make):
    """One optimizer for each player of a model."""
    return [make() for _ in range(2 if MODELS[name].is_game else 1)]


def generates(model):
    """Whether a model makes samples of what it draws."""
    return model.prior is not None


def some_samples(model, num_samples, **kwargs):
    """What a model makes: of latents, or of samples."""
    if hasattr(model, "translate"):
        return model.translate(make_images(num_samples), **kwargs)
    spec = model.label_spec
    labels = {} if spec is None else {"labels": make_labels(num_samples)}
    if generates(model):
        return model.generate(num_samples, seed=1, **labels, **kwargs)
    pixels = make_images(num_samples)
    return model.reconstruct(pixels, **labels, **kwargs)


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
    num_steps = int(model.optimizer.iterations)
    for either in (model, loaded):
        either.fit(images, labels, batch_size=8, shuffle=False, verbose=0)
    assert int(loaded.optimizer.iterations) == num_steps + 3
    for weight, expected in zip(weights_of(loaded), weights_of(model)):
        np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-6)


def assert_equal_state(model, other):
    """Equal weights and seed states, slots and step counts."""
    for a, b in zip(model.variables, other.variables, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=a.path)
    for a, b in zip(
        model.optimizer.variables, other.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(a, b, err_msg=a.path)
