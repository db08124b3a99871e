"""Losses of 20 steps with given weights, images and noise.

`python tests/backend/trajectory.py` writes `trajectories.json` anew. Every
backend's test suite compares its own losses with that file.
"""

import json
import math
import pathlib
import sys

import keras
import numpy as np
from keras import layers
from keras import ops

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from keras_generative import backend  # noqa: E402
from keras_generative import losses  # noqa: E402
from keras_generative import networks  # noqa: E402
from keras_generative import priors  # noqa: E402
from keras_generative.layers import diff_augment  # noqa: E402
from keras_generative.models import ACGAN  # noqa: E402
from keras_generative.models import GAN  # noqa: E402
from keras_generative.models import VAE  # noqa: E402
from keras_generative.models import AdversarialAutoencoder  # noqa: E402
from keras_generative.models import Autoencoder  # noqa: E402
from keras_generative.models import BiGAN  # noqa: E402
from keras_generative.models import CycleGAN  # noqa: E402
from keras_generative.models import Diffusion  # noqa: E402
from keras_generative.models import FlowMatching  # noqa: E402
from keras_generative.models import ImageTranslation  # noqa: E402
from keras_generative.models import InfoGAN  # noqa: E402
from keras_generative.models import SemiSupervisedGAN  # noqa: E402

FILE = pathlib.Path(__file__).with_name("trajectories.json")
NUM_STEPS = 20
NUM_SAMPLES = NUM_STEPS * 8
NUM_CLASSES = 3
SHAPE = (8, 8, 1)
TABLES = {
    name: draw(size=(128, 1024)).astype("float32")
    for name, draw in {
        "random_normal": np.random.default_rng(1).normal,
        "random_uniform": np.random.default_rng(2).uniform,
    }.items()
}


def inject_noise(monkeypatch):
    """Makes all noise a look-up by the count of the model's draws."""
    for name, table in TABLES.items():

        def look_up(shape, seed, table=table):
            row = ops.cast(seed.next()[1], "int32") % len(table)
            noise = ops.take(ops.convert_to_tensor(table), row, axis=0)
            return ops.reshape(noise[: math.prod(shape)], shape)

        monkeypatch.setattr(backend, name, look_up)


def set_weights(model):
    generator = np.random.default_rng(3)
    for variable in model.trainable_variables:
        scale = 1 / math.sqrt(math.prod(variable.shape[:-1]) or 1)
        value = generator.normal(size=variable.shape) * scale
        variable.assign(value if len(variable.shape) > 1 else 0.1 * value)


def generator():
    z = keras.Input((4,))
    x = layers.Dense(4 * 4 * 6)(z)
    x = layers.LeakyReLU()(layers.Reshape((4, 4, 6))(x))
    x = layers.Conv2DTranspose(1, 4, 2, padding="same", activation="tanh")(x)
    return keras.Model(z, x)


def discriminator():
    images = keras.Input(SHAPE)
    # Smooth, so that penalties have second derivatives worth comparing.
    x = layers.Conv2D(6, 4, 2, padding="same", activation="softplus")(images)
    return keras.Model(images, layers.Dense(1)(layers.Flatten()(x)))


def compiled_game(model, **arguments):
    set_weights(model)
    adams = [keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)]
    model.compile(*adams, **arguments)
    return model


def gan(augmenter=None, **arguments):
    model = GAN(generator(), discriminator(), 4, seed=1, augmenter=augmenter)
    return compiled_game(model, **arguments)


def dense_gan(
    model_class=GAN, shape=SHAPE, generator=(4, None), outputs=(1,), **arguments
):
    """A game of dense networks, `generator` the size and classes of latents."""
    size, num_classes = generator
    # With classes the one score is that of a projection.
    projects = num_classes if outputs == (1,) else None
    discriminator = networks.mlp_discriminator(
        shape, (16,), projects, outputs=outputs
    )
    maker = networks.mlp_generator(size, shape, (16,), num_classes=num_classes)
    return compiled_game(
        model_class(maker, discriminator, 4, seed=1, **arguments)
    )


def feature_matching():
    images = keras.Input(SHAPE)
    x = layers.Dense(16, activation="tanh")(layers.Flatten()(images))
    logits = layers.Dense(NUM_CLASSES)(x)
    discriminator = keras.Model(images, [logits, x])
    return compiled_game(
        SemiSupervisedGAN(generator(), discriminator, 4, seed=1)
    )


def compiled_single(model, **arguments):
    set_weights(model)
    # On TensorFlow, XLA would draw other noise, on one device alone.
    xla = keras.config.backend() == "jax"
    adam = keras.optimizers.Adam(1e-3)
    model.compile(adam, jit_compile=xla, **arguments)
    return model


def autoencoder(gaussian):
    images = keras.Input(SHAPE)
    x = layers.Dense(16, activation="tanh")(layers.Flatten()(images))
    heads = [layers.Dense(3)(x) for _ in range(2 if gaussian else 1)]
    z = keras.Input((3,))
    y = layers.Dense(16, activation="tanh")(z)
    y = layers.Dense(math.prod(SHAPE), activation="sigmoid")(y)
    decoder = keras.Model(z, layers.Reshape(SHAPE)(y))
    if gaussian:
        model = VAE(keras.Model(images, heads), decoder, beta=0.5, seed=1)
    else:
        model = Autoencoder(keras.Model(images, heads[0]), decoder)
    return compiled_single(model)


def conditional_autoencoder(gaussian):
    encoder = networks.mlp_encoder(SHAPE, 3, (16,), gaussian, NUM_CLASSES)
    decoder = networks.mlp_decoder(3, SHAPE, (16,), num_classes=NUM_CLASSES)
    if gaussian:
        return compiled_single(VAE(encoder, decoder, seed=1))
    return compiled_single(Autoencoder(encoder, decoder))


def series_vae():
    encoder = networks.conv1d_encoder((8, 2), 3, (4,), gaussian=True)
    decoder = networks.conv1d_decoder(3, (8, 2), (4,))
    model = VAE(encoder, decoder, seed=1)
    return compiled_single(model, loss="mean_squared_error")


def denoiser(num_classes=None):
    inputs = [keras.Input(SHAPE), keras.Input(())]
    codes = layers.Dense(16)(layers.Reshape((1,))(inputs[1]))
    if num_classes is not None:
        inputs.append(keras.Input((), dtype="int32"))
        codes += layers.Embedding(num_classes + 1, 16)(inputs[2])
    x = layers.Dense(16)(layers.Flatten()(inputs[0])) + codes
    x = layers.Dense(math.prod(SHAPE))(layers.Activation("tanh")(x))
    return keras.Model(inputs, layers.Reshape(SHAPE)(x))


def translator():
    images = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, padding="same", activation="softplus")(images)
    x = layers.Conv2D(1, 3, padding="same", activation="tanh")(x)
    return keras.Model(images, x)


def patches(num_inputs=1):
    """Scores of patches of images, or of sources and images."""
    inputs = [keras.Input(SHAPE) for _ in range(num_inputs)]
    x = layers.Concatenate()(inputs) if num_inputs > 1 else inputs[0]
    x = layers.Conv2D(6, 4, 2, padding="same", activation="softplus")(x)
    return keras.Model(inputs, layers.Conv2D(1, 3, padding="same")(x))


def image_translation(**arguments):
    model = ImageTranslation(translator(), patches(num_inputs=2), seed=1)
    return compiled_game(model, reconstruction_loss="mse", **arguments)


def cycle_gan(**arguments):
    networks = [translator(), translator(), patches(), patches()]
    # Filled by the second batch, and in the middle of it.
    model = CycleGAN(*networks, pool_size=12, seed=1)
    return compiled_game(model, cycle_loss="mse", **arguments)


def bigan():
    """A stochastic encoder, and a penalty on the gradient by pairs."""
    features = networks.mlp_discriminator(SHAPE, (), outputs=(8,))
    model = BiGAN(
        networks.mlp_generator(4, SHAPE, (16,)),
        networks.mlp_encoder(SHAPE, 4, (16,), gaussian=True),
        networks.joint_discriminator(features, 4, (16,)),
        latent_dim=4,
        seed=1,
    )
    return compiled_game(model, penalties=["r1_penalty"])


def adversarial_autoencoder():
    """Labels choose the Gaussian that codes are to follow."""
    means = np.random.default_rng(6).normal(size=(NUM_CLASSES, 3))
    model = AdversarialAutoencoder(
        networks.mlp_encoder(SHAPE, 3, (16,), gaussian=True),
        networks.mlp_decoder(3, SHAPE, (16,)),
        networks.mlp_discriminator((3,), (16,), NUM_CLASSES),
        priors.GaussianMixture.of(means, 0.5),
        seed=1,
    )
    return compiled_game(model, reconstruction_loss="binary_crossentropy")


CASES = {
    "autoencoder": lambda: autoencoder(gaussian=False),
    "vae": lambda: autoencoder(gaussian=True),
    "minimax": lambda: gan(loss="minimax"),
    "non_saturating": lambda: gan(
        loss=losses.NonSaturatingLoss(label_smoothing=0.1)
    ),
    "least_squares": lambda: gan(loss="least_squares"),
    "hinge": lambda: gan(loss="hinge"),
    "wasserstein": lambda: gan(loss="wasserstein", discriminator_steps=2),
    "gradient_penalty": lambda: gan(penalties=["gradient_penalty"]),
    "one_sided": lambda: gan(
        penalties=[losses.GradientPenalty(one_sided=True)]
    ),
    "r1_penalty": lambda: gan(penalties=["r1_penalty"]),
    "dragan_penalty": lambda: gan(penalties=["dragan_penalty"]),
    "diff_augment": lambda: gan(diff_augment(seed=1), penalties=["r1_penalty"]),
    "relativistic": lambda: gan(
        loss="relativistic", penalties=["r1_penalty", "r2_penalty"]
    ),
    "boundary_seeking": lambda: gan(loss="boundary_seeking"),
    "weight_clipping": lambda: gan(
        loss="wasserstein",
        discriminator_steps=2,
        discriminator_constraint=losses.WeightClipping(0.1),
    ),
    "denoising_autoencoder": lambda: autoencoder(gaussian=False),
    "conditional_autoencoder": lambda: conditional_autoencoder(gaussian=False),
    "conditional_vae": lambda: conditional_autoencoder(gaussian=True),
    "series_vae": series_vae,
    "projection": lambda: dense_gan(generator=(4, NUM_CLASSES)),
    "vector_gan": lambda: dense_gan(shape=(5,)),
    "acgan": lambda: dense_gan(
        ACGAN, generator=(4, NUM_CLASSES), outputs=(1, NUM_CLASSES)
    ),
    "infogan": lambda: dense_gan(
        InfoGAN,
        generator=(4 + 3 + 2, None),
        outputs=(1, 3, 2),
        num_categories=3,
        num_continuous=2,
    ),
    "semi_supervised_gan": lambda: dense_gan(
        SemiSupervisedGAN, outputs=(NUM_CLASSES,)
    ),
    "feature_matching": feature_matching,
    "image_translation": lambda: image_translation(
        penalties=["gradient_penalty", "r1_penalty"]
    ),
    "cycle_gan": cycle_gan,
    "dual_gan": lambda: cycle_gan(
        loss="wasserstein",
        discriminator_steps=2,
        discriminator_constraint=losses.WeightClipping(0.1),
        identity_weight=0.0,
    ),
    "diffusion": lambda: compiled_single(
        Diffusion(denoiser(NUM_CLASSES), weighting="min_snr", seed=1)
    ),
    "edm": lambda: compiled_single(Diffusion(denoiser(), "edm", seed=1)),
    "flow_matching": lambda: compiled_single(FlowMatching(denoiser(), seed=1)),
    "optimal_transport": lambda: compiled_single(
        FlowMatching(denoiser(), "optimal_transport", seed=1)
    ),
    "bigan": bigan,
    "adversarial_autoencoder": adversarial_autoencoder,
}
OF_IMAGES = (
    "denoising_autoencoder",
    "image_translation",
    "cycle_gan",
    "dual_gan",
)
LABELLED = (
    "conditional_autoencoder",
    "conditional_vae",
    "projection",
    "acgan",
    "diffusion",
    "adversarial_autoencoder",
)


def samples_of(model):
    """What a model of this file learns from: batches of 8."""
    samples = np.random.default_rng(4).uniform(
        size=(NUM_SAMPLES, *model.sample_shape)
    )
    return samples.astype("float32")


def targets_of(case):
    """The `y` that a case learns from, or `None`."""
    classes = np.arange(NUM_SAMPLES) % NUM_CLASSES
    if case in LABELLED:
        return classes
    if case in ("semi_supervised_gan", "feature_matching"):
        # In each half of a batch another number of them.
        return np.where(np.arange(NUM_SAMPLES) % 8 < 3, -1, classes)
    if case in OF_IMAGES:
        clean = np.random.default_rng(5).uniform(size=(NUM_SAMPLES, *SHAPE))
        return clean.astype("float32")
    return None


def trajectory(case):
    """Dict of each log's values, one a step."""
    model = CASES[case]()
    history = model.fit(
        samples_of(model),
        targets_of(case),
        batch_size=8,
        shuffle=False,
        verbose=0,
        callbacks=[callback := BatchLogs()],
    )
    assert len(history.history["loss"]) == 1  # noqa: S101
    return callback.values


class BatchLogs(keras.callbacks.Callback):
    """Undoes the running mean over equal batches."""

    def on_train_begin(self, logs=None):
        self.values = {}

    def on_train_batch_end(self, batch, logs=None):
        for name, mean in logs.items():
            values = self.values.setdefault(name, [])
            total = float(mean) * (batch + 1)
            values.append(total - math.fsum(values))


if __name__ == "__main__":

    class Patch:
        setattr = staticmethod(setattr)

    inject_noise(Patch)
    FILE.write_text(
        json.dumps({case: trajectory(case) for case in CASES}, indent=1)
    )
