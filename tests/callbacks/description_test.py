import json

import keras
import numpy as np
import pytest

from keras_generative.callbacks.description import describe
from keras_generative.callbacks.description import readable
from keras_generative.models import VAE
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import make_vae

PARAMS = {"epochs": 5, "steps": 3}


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_json_holds_it(name):
    description = describe(make_compiled(name), PARAMS)
    assert json.loads(json.dumps(description)) == description
    assert (description["epochs"], description["steps_per_epoch"]) == (5, 3)


def test_seed_that_was_given_and_that_was_drawn():
    assert describe(make_compiled("vae"), PARAMS)["seed"] == 1
    assert describe(make_compiled("autoencoder"), PARAMS)["seed"] is None
    networks = make_vae()
    model = VAE(networks.encoder, networks.decoder)
    model.compile()
    drawn = describe(model, PARAMS)["seed"]
    model.fit(make_images(8), verbose=0)
    assert describe(model, PARAMS)["seed"] == drawn
    again = VAE(networks.encoder, networks.decoder, seed=drawn)
    np.testing.assert_array_equal(
        again.sampling.seed_generator.state[0],
        model.sampling.seed_generator.state[0],
    )


def test_what_only_a_loader_needs_is_left_out():
    layer = keras.layers.Dense(3, activation="relu", dtype="mixed_float16")
    config = readable(keras.saving.serialize_keras_object(layer))
    assert config["class_name"] == "Dense" and config["units"] == 3
    assert config["activation"] == "relu"
    assert config["dtype"] == "mixed_float16"
    assert config["kernel_initializer"]["class_name"] == "GlorotUniform"
    assert "module" not in config and "build_config" not in config


def test_model_of_ones_own():
    class Own(keras.Model):
        def __init__(self, network):
            super().__init__()
            self.network = network

    model = Own(make_vae().decoder)
    model.compile("sgd", loss="mean_squared_error")
    description = describe(model, PARAMS)
    assert description["model"]["class_name"] == "Own"
    assert description["compile"]["optimizer"]["class_name"] == "SGD"
    assert description["compile"]["loss"] == "mean_squared_error"
    assert description["parameters"] == {"total": 160, "trainable": 160}
