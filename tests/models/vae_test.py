import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative.models import VAE
from keras_generative.priors import StandardNormal
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import gaussian_encoder
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of


def without_noise(monkeypatch):
    monkeypatch.setattr(
        backend, "random_normal", lambda shape, seed: ops.zeros(shape)
    )


def test_terms_of_the_loss(monkeypatch):
    without_noise(monkeypatch)
    regularizer = keras.regularizers.L2(0.3)
    model = make_vae(beta=0.25, kernel_regularizer=regularizer)
    model.compile()
    images = make_images()
    logs = model.evaluate(images, verbose=0, return_dict=True)

    z_mean, z_log_var = model.encoder.predict(images, verbose=0)
    kl = 0.5 * (np.exp(z_log_var) + z_mean**2 - 1 - z_log_var).sum(axis=1)
    y = model.decode(z_mean).astype("float64")
    nats = -(images * np.log(y) + (1 - images) * np.log(1 - y))
    squares = (np.array(model.encoder.layers[2].kernel) ** 2).sum()
    np.testing.assert_allclose(logs["kl_loss"], kl.mean(), rtol=1e-5)
    np.testing.assert_allclose(
        logs["reconstruction_loss"], nats.sum(axis=(1, 2, 3)).mean(), rtol=1e-5
    )
    np.testing.assert_allclose(
        logs["loss"],
        logs["reconstruction_loss"] + 0.25 * logs["kl_loss"] + 0.3 * squares,
        rtol=1e-5,
    )


class Twin(VAE):
    """The same model on Keras' own `train_step`."""

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        pixels = keras.losses.binary_crossentropy(x, y_pred)
        return 16 * ops.mean(pixels) + sum(self.losses)

    train_step = keras.Model.train_step
    metrics = keras.Model.metrics


def test_twin_on_keras_own_train_step_reaches_the_same_weights():
    model = make_vae(beta=0.5, kernel_regularizer="l2")
    twin = Twin(
        keras.models.clone_model(model.encoder),
        keras.models.clone_model(model.decoder),
        beta=0.5,
        seed=1,
    )
    twin.encoder.set_weights(model.encoder.get_weights())
    twin.decoder.set_weights(model.decoder.get_weights())
    for vae in (model, twin):
        vae.compile(keras.optimizers.Adam(1e-2))
        vae.fit(make_images(), epochs=5, batch_size=8, shuffle=False, verbose=0)
    for a, b in zip(weights_of(model), weights_of(twin), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_encode_gives_the_posterior_mean():
    model, images = make_vae(), make_images()
    z_mean, _ = model.encoder.predict(images, verbose=0)
    np.testing.assert_allclose(model.encode(images), z_mean, rtol=1e-5)
    np.testing.assert_array_equal(
        model.reconstruct(images), model.decode(model.encode(images))
    )


def test_beta_can_change_while_training():
    model = make_vae(beta=0.0)
    model.compile()

    class Anneal(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.beta.assign(epoch * 2.0)

    logs = model.fit(
        make_images(), epochs=2, verbose=0, callbacks=[Anneal()]
    ).history
    for epoch, beta in enumerate((0.0, 2.0)):
        expected = logs["reconstruction_loss"][epoch]
        expected += beta * logs["kl_loss"][epoch]
        np.testing.assert_allclose(logs["loss"][epoch], expected, rtol=1e-5)


def test_annealed_beta_is_saved(tmp_path):
    model = make_vae(beta=0.5)
    model.beta.assign(3.0)
    model.save(tmp_path / "vae.keras")
    loaded = keras.models.load_model(tmp_path / "vae.keras")
    assert float(loaded.beta) == 3.0
    assert loaded.get_config()["beta"] == 0.5


def test_generate_decodes_the_prior():
    model = make_vae()
    z = np.random.default_rng(3).standard_normal((5, LATENT_DIM), "float32")
    np.testing.assert_array_equal(model.generate(5, seed=3), model.decode(z))


@pytest.mark.parametrize(
    "encoder",
    [
        dense_network(IMAGE_SHAPE, (LATENT_DIM,)),
        keras.Model(
            (x := keras.Input((4, 4, 1))),
            [
                keras.layers.Dense(2)(keras.layers.Flatten()(x)),
                keras.layers.Dense(3)(keras.layers.Flatten()(x)),
            ],
        ),
        keras.Model((x := keras.Input((4, 4, 1))), [2 * x, 3 * x, x]),
    ],
)
def test_encoder_without_two_equal_outputs(encoder):
    with pytest.raises(ValueError, match="two outputs.*Received"):
        VAE(encoder, dense_network((LATENT_DIM,), IMAGE_SHAPE))


@pytest.mark.parametrize("beta", [-1.0, None, float("nan")])
def test_bad_beta(beta):
    decoder = dense_network((LATENT_DIM,), IMAGE_SHAPE)
    with pytest.raises(ValueError, match="beta.*Received"):
        VAE(gaussian_encoder(), decoder, beta=beta)


def test_a_prior_is_no_class():
    with pytest.raises(ValueError, match="needs a prior.*Received: prior="):
        make_vae().generate(2, prior=StandardNormal)


def test_samples_of_unequal_lengths():
    for call in (make_vae().encode, make_vae().reconstruct):
        with pytest.raises(ValueError, match="`data`.*Received: data="):
            call([[1.0], [1.0, 2.0]])
