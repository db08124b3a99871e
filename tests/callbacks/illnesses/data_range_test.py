import keras
import numpy as np
import pytest
from keras import layers

from keras_generative import networks
from keras_generative.callbacks.illnesses.data_range import reach


def network(*tail):
    return keras.Sequential([keras.Input((4,)), *tail])


def functional():
    x = keras.Input((4,))
    inner = network(layers.Dense(8, activation="tanh"), layers.Reshape((4, 2)))
    return keras.Model(x, inner(x))


@pytest.mark.parametrize(
    "model, expected",
    [
        (networks.mlp_decoder(2, (4, 4, 1)), (0.0, 1.0)),
        (networks.conv_decoder(2, (4, 4, 1)), (0.0, 1.0)),
        (networks.mlp_generator(2, (4, 4, 1)), (-1.0, 1.0)),
        (networks.dcgan_generator(2, (4, 4, 1)), (-1.0, 1.0)),
        (
            networks.conv_decoder(2, (4, 4, 1), output_activation="relu"),
            (0, np.inf),
        ),
        (functional(), (-1.0, 1.0)),
        (network(layers.Dense(4), layers.Activation("sigmoid")), (0.0, 1.0)),
    ],
)
def test_reach(model, expected):
    assert reach(model) == expected


@pytest.mark.parametrize(
    "tail",
    [
        [layers.Dense(4)],
        [layers.Dense(4, activation="sigmoid"), layers.Rescaling(255.0)],
        [layers.Dense(4, activation="sigmoid"), layers.Dense(4)],
        [layers.Dense(4, activation=lambda x: x)],
    ],
)
def test_unknown_reach(tail):
    assert reach(network(*tail)) == (-np.inf, np.inf)
