"""Which models are compiled by XLA, where the user leaves it open."""

import keras
import pytest

from keras_generative import backend
from keras_generative import networks
from keras_generative.models import VAE
from keras_generative.models import Autoencoder
from tests.test_case import make_gan

pytestmark = pytest.mark.xla
SHAPE = (8, 8, 1)


def mlp_vae():
    return VAE(
        networks.mlp_encoder(SHAPE, 2, gaussian=True),
        networks.mlp_decoder(2, SHAPE),
    )


def conv_autoencoder():
    return Autoencoder(
        networks.conv_encoder(SHAPE, 2), networks.conv_decoder(2, SHAPE)
    )


def keras_choice():
    """What Keras makes of `"auto"` for a model of its own."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    return model.jit_compile


def test_dense_networks_are_compiled_where_keras_avoids_xla():
    model = mlp_vae()
    model.compile()
    assert model.jit_compile == (keras_choice() or backend.keras_avoids_xla())


@pytest.mark.parametrize("make", [conv_autoencoder, make_gan])
def test_others_are_left_to_keras(make):
    model = make()
    model.compile()
    assert model.jit_compile == keras_choice()


@pytest.mark.parametrize(
    "arguments", [{"jit_compile": False}, {"run_eagerly": True}]
)
def test_the_choice_of_the_user_wins(arguments):
    model = mlp_vae()
    model.compile(**arguments)
    assert not model.jit_compile


def test_a_file_leaves_the_choice_open():
    """It may be loaded on another device, or another backend."""
    model = mlp_vae()
    model.compile()
    assert model.get_compile_config()["jit_compile"] == "auto"
