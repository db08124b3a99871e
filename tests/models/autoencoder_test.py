import keras
import numpy as np
import pytest

from keras_generative.models import Autoencoder
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import gaussian_encoder
from tests.test_case import make_autoencoder
from tests.test_case import make_images


def test_encode_decode_reconstruct():
    model, images = make_autoencoder(), make_images()
    z = model.encode(images)
    assert z.shape == (20, LATENT_DIM)
    np.testing.assert_allclose(
        z, model.encoder.predict(images, verbose=0), rtol=1e-5
    )
    np.testing.assert_array_equal(model.reconstruct(images), model.decode(z))
    np.testing.assert_allclose(
        model.reconstruct(images),
        model.predict(images, verbose=0),
        rtol=1e-5,
    )


@pytest.mark.parametrize("loss", ["mse", keras.losses.MeanSquaredError()])
def test_loss_is_summed_over_pixels(loss):
    model, images = make_autoencoder(), make_images()
    model.compile(loss=loss)
    logs = model.evaluate(images, verbose=0, return_dict=True)
    error = (images - model.reconstruct(images)) ** 2
    np.testing.assert_allclose(
        logs["reconstruction_loss"], error.sum(axis=(1, 2, 3)).mean(), rtol=1e-5
    )
    assert logs["loss"] == logs["reconstruction_loss"]


def test_regularizers_count():
    model = make_autoencoder(kernel_regularizer=keras.regularizers.L2(0.3))
    model.compile()
    logs = model.evaluate(make_images(), verbose=0, return_dict=True)
    squares = sum(
        (np.array(network.layers[1].kernel) ** 2).sum()
        for network in (model.encoder, model.decoder)
    )
    np.testing.assert_allclose(
        logs["loss"], logs["reconstruction_loss"] + 0.3 * squares, rtol=1e-5
    )


@pytest.mark.parametrize(
    "encoder, decoder, message",
    [
        (
            gaussian_encoder(),
            dense_network((LATENT_DIM,), IMAGE_SHAPE),
            "one output",
        ),
        (
            dense_network(IMAGE_SHAPE, (2,)),
            dense_network((3,), IMAGE_SHAPE),
            r"decoder does not take inputs of shape \(2,\)",
        ),
        (
            dense_network(IMAGE_SHAPE, (2,)),
            dense_network((2,), (4, 4, 3)),
            "must give samples of the shape",
        ),
        (
            keras.Sequential([keras.layers.Dense(2)]),
            dense_network((2,), IMAGE_SHAPE),
            "must know the shape of its input",
        ),
        (
            "encoder",
            dense_network((2,), IMAGE_SHAPE),
            "must be a `keras.Model`",
        ),
    ],
)
def test_networks_that_do_not_fit(encoder, decoder, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        Autoencoder(encoder, decoder)


@pytest.mark.parametrize("loss", ["no_such_loss", None, 3])
def test_unknown_loss(loss):
    with pytest.raises(ValueError):
        make_autoencoder().compile(loss=loss)


@pytest.mark.parametrize("z", [np.zeros((2, 5)), np.zeros(3), np.zeros((0, 3))])
def test_bad_latents(z):
    with pytest.raises(ValueError, match=r"\(num_images, 3\).*Received"):
        make_autoencoder().decode(z)


@pytest.mark.parametrize("z", [np.ones((2, 3)) * 1j, [list("123")], [[1], []]])
def test_latents_that_are_no_numbers(z):
    with pytest.raises(ValueError, match="numbers|`z`.*Received"):
        make_autoencoder().decode(z)


def test_bad_images():
    with pytest.raises(ValueError, match="must be float"):
        make_autoencoder().encode(np.zeros((2, 4, 4, 1), "uint8"))
