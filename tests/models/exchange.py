"""Models that one backend saves and another one loads.

`python tests/models/exchange.py DIRECTORY` loads the models that `save_all`
left there, checks them, and trains on.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from keras_generative.layers import diff_augment  # noqa: E402
from tests import test_case  # noqa: E402
from tests.test_case import make_gan  # noqa: E402
from tests.test_case import make_with_dropout  # noqa: E402


def adams(count):
    return [
        keras.optimizers.Adam(0.01, use_ema=True, clipnorm=1.0)
        for _ in range(count)
    ]


def plain(name):
    model = make_with_dropout(name)
    model.compile(*adams(2 if name in test_case.GAMES else 1))
    return model


def autoencoder():
    model = make_with_dropout("autoencoder")
    model.compile(*adams(1), loss=keras.losses.Huber(delta=0.1))
    return model


def conditional_vae():
    model = plain("conditional_vae")
    model.beta.assign(0.25)  # as a callback may
    return model


def gan():
    model = make_with_dropout("gan")
    penalties = ["gradient_penalty", "r1_penalty", "dragan_penalty"]
    model.compile(*adams(2), loss="hinge", penalties=penalties)
    return model


def half_gan():
    keras.config.set_dtype_policy("mixed_float16")
    model = make_gan()
    keras.config.set_dtype_policy("float32")
    model.compile(*adams(2), loss="wasserstein", discriminator_steps=2)
    return model


def augmented_gan():
    model = make_gan(augmenter=diff_augment())
    model.compile(*adams(2))
    return model


# A file holds a class, networks, optimizers and seeds, whatever the data are.
MODELS = {
    "autoencoder": autoencoder,
    "conditional_vae": conditional_vae,
    "gan": gan,
    "diffusion": lambda: plain("diffusion"),
    "flow_matching": lambda: plain("flow_matching"),
    "acgan": lambda: plain("acgan"),
    "infogan": lambda: plain("infogan"),
    "semi_supervised_gan": lambda: plain("semi_supervised_gan"),
    "image_translation": lambda: plain("image_translation"),
    "cycle_gan": lambda: plain("cycle_gan"),
    "bigan": lambda: plain("bigan"),
    "adversarial_autoencoder": lambda: plain("adversarial_autoencoder"),
    "half_gan": half_gan,
    "augmented_gan": augmented_gan,
}


def fit(model, name):
    case = test_case.MODELS.get(name, test_case.MODELS["gan"])
    model.fit(*case.data(16), batch_size=8, verbose=0)


def samples_of(model):
    if hasattr(model, "reconstruct"):
        labels = {} if model.label_spec is None else {"labels": 1}
        return model.reconstruct(test_case.make_images(16), **labels)
    return test_case.some_samples(model, 8)


def state_of(model):
    variables = [*model.variables, *model.optimizer.variables]
    return [keras.ops.convert_to_numpy(v) for v in variables]


def save_all(directory):
    for name, make in MODELS.items():
        model = make()
        fit(model, name)
        model.save(directory / f"{name}.keras")
        arrays = [samples_of(model), *state_of(model)]
        np.savez(directory / f"{name}.npz", *arrays)


def check(directory, name):
    model = keras.models.load_model(directory / f"{name}.keras")
    with np.load(directory / f"{name}.npz") as arrays:
        samples, *state = arrays.values()
    tolerance = 2e-3 if name == "half_gan" else 1e-5
    np.testing.assert_allclose(samples_of(model), samples, atol=tolerance)
    for value, expected in zip(state_of(model), state, strict=True):
        np.testing.assert_array_equal(value, expected)
    steps = int(model.optimizer.iterations)
    fit(model, name)
    np.testing.assert_equal(int(model.optimizer.iterations), steps + 2)


if __name__ == "__main__":
    for name in MODELS:
        check(pathlib.Path(sys.argv[1]), name)
