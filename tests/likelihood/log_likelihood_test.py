import itertools

import keras
import numpy as np
import pytest
import scipy.stats
from keras import layers

from keras_generative.losses import DiscretizedLogisticNLL
from keras_generative.losses import GaussianNLL
from keras_generative.models import VAE
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import scaled_decoder
from tests.test_case import weights_of

BINARY = np.round(make_images())
# Of a linear decoder, from 2 latents to 4 pixels.
SCALE = 0.5
BIAS = np.array([0.1, -0.2, 0.3, 0.0])


def linear_gaussian_vae(weights, variance_factor):
    """The posterior's mean and, times a factor, variances of each latent."""
    precision = np.eye(2) + weights @ weights.T / SCALE**2
    covariance = np.linalg.inv(precision)
    to_mean = weights.T @ covariance / SCALE**2
    images = keras.Input((2, 2, 1))
    x = layers.Flatten()(images)
    variances = np.log(np.diag(covariance) * variance_factor)
    encoder = keras.Model(
        images, [layers.Dense(2, name=n)(x) for n in ("z_mean", "z_log_var")]
    )
    encoder.get_layer("z_mean").set_weights([to_mean, -BIAS @ to_mean])
    encoder.get_layer("z_log_var").set_weights([np.zeros((4, 2)), variances])
    decoder = keras.Sequential(
        [keras.Input((2,)), layers.Dense(4), layers.Reshape((2, 2, 1))]
    )
    decoder.set_weights([weights, BIAS])
    model = VAE(encoder, decoder)
    model.compile(loss=GaussianNLL(scale=SCALE))
    covariance = weights.T @ weights + SCALE**2 * np.eye(4)
    generator = np.random.default_rng(0)
    x = generator.multivariate_normal(BIAS, covariance, 200)
    exact = scipy.stats.multivariate_normal.logpdf(x, BIAS, covariance)
    return model, x.reshape(-1, 2, 2, 1), exact


def test_exact_where_the_encoder_is():
    # Of orthogonal rows, for which the latents are independent given x.
    weights = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, -1.0]])
    model, images, exact = linear_gaussian_vae(weights, variance_factor=1.0)
    values, errors = model.log_likelihood(images, num_samples=2)
    np.testing.assert_allclose(values, exact, atol=1e-4)
    assert errors.max() < 1e-4


def test_linear_gaussian_within_the_standard_errors():
    weights = np.array([[1.0, 1.0, 0.5, 0.0], [0.5, 0.0, 2.0, -1.0]])
    model, images, exact = linear_gaussian_vae(weights, variance_factor=1.3)
    values, errors = model.log_likelihood(images, num_samples=200)
    scores = (values - exact) / errors
    assert errors.max() < 0.15
    # 200 standard normal numbers, if the errors are right.
    assert np.abs(scores).max() < 4
    assert 0.85 < scores.std() < 1.15
    assert abs(scores.mean()) < 0.3


def test_many_samples_of_one_image():
    weights = np.array([[1.0, 1.0, 0.5, 0.0], [0.5, 0.0, 2.0, -1.0]])
    model, images, exact = linear_gaussian_vae(weights, variance_factor=1.3)
    (value,), (error,) = model.log_likelihood(images[:1], num_samples=2000)
    assert error < 0.02
    assert abs(value - exact[0]) < 4 * error


def by_hand(model, images, log_density, num_samples):
    """In float64, with the noise in one piece."""
    z_mean, z_log_var = (
        y.astype("float64")[:, None]
        for y in model.encoder.predict(images, verbose=0)
    )
    noise = np.random.default_rng(7).standard_normal(
        (len(images), num_samples, LATENT_DIM), "float32"
    )
    z = z_mean + np.exp(0.5 * z_log_var) * noise
    outputs = keras.tree.map_structure(
        lambda y: y.reshape(*z.shape[:2], -1),
        model.decoder.predict(z.reshape(-1, LATENT_DIM), verbose=0),
    )
    x = images.reshape(len(images), 1, -1)
    normal = scipy.stats.norm.logpdf
    log_weights = (
        log_density(x, outputs).sum(axis=-1)
        + normal(z).sum(axis=-1)
        - normal(z, z_mean, np.exp(0.5 * z_log_var)).sum(axis=-1)
    )
    return np.logaddexp.reduce(log_weights, axis=1) - np.log(num_samples)


def bernoulli(x, p):
    return np.log(np.where(x == 1, p, 1 - p))


def gaussian(x, outputs):
    mean, log_scale = outputs
    return scipy.stats.norm.logpdf(
        x, mean, np.exp(-6 + np.logaddexp(0, log_scale + 6))
    )


@pytest.mark.parametrize(
    "loss", ["binary_crossentropy", keras.losses.BinaryCrossentropy()]
)
def test_bernoulli_as_by_hand(loss):
    model = make_vae()
    model.compile(loss=loss)
    # More than one batch, the last of them padded.
    values, _ = model.log_likelihood(BINARY, num_samples=30, seed=7)
    expected = by_hand(model, BINARY, bernoulli, num_samples=30)
    np.testing.assert_allclose(values, expected, atol=1e-4)


def test_learned_scale_as_by_hand():
    model = make_vae(decoder=scaled_decoder())
    model.compile(loss=GaussianNLL(scale=None))
    images = make_images()
    values, _ = model.log_likelihood(images, num_samples=30, seed=7)
    expected = by_hand(model, images, gaussian, num_samples=30)
    np.testing.assert_allclose(values, expected, atol=1e-4)


def test_from_logits_as_from_probabilities():
    model = make_vae()
    model.compile()
    logits = keras.models.clone_model(model.decoder)
    logits.layers[-2].activation = keras.activations.linear
    logits.set_weights(model.decoder.get_weights())
    twin = VAE(model.encoder, logits)
    twin.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    np.testing.assert_allclose(
        twin.log_likelihood(BINARY, 5).values,
        model.log_likelihood(BINARY, 5).values,
        atol=1e-4,
    )


def test_an_image_alone_has_the_value_it_has_among_others():
    model = make_vae()
    model.compile()
    values, errors = model.log_likelihood(BINARY, num_samples=20)
    some, some_errors = model.log_likelihood(BINARY[:3], num_samples=20)
    np.testing.assert_allclose(some, values[:3], rtol=1e-5)
    np.testing.assert_allclose(some_errors, errors[:3], rtol=1e-3)
    others, _ = model.log_likelihood(BINARY, num_samples=20, seed=1)
    assert (others != values).all()


def test_a_second_call_compiles_nothing_anew(tmp_path):
    model = make_vae()
    model.compile()
    layers_before = list(model.layers)
    first, _ = model.log_likelihood(BINARY, 5)
    kept = model._log_weights.kept
    again, _ = model.log_likelihood(BINARY, 5)
    assert model._log_weights.kept is kept
    np.testing.assert_array_equal(again, first)
    assert model.layers == layers_before
    model.save(tmp_path / "vae.keras")
    loaded = keras.models.load_model(tmp_path / "vae.keras")
    np.testing.assert_allclose(
        loaded.log_likelihood(BINARY, 5).values, first, rtol=1e-5
    )


def test_a_second_call_minds_what_has_changed():
    """The weights and the loss."""
    model = make_vae()

    def changed():
        kept = model.log_likelihood(BINARY, 5).values
        model._log_weights.kept = None
        anew = model.log_likelihood(BINARY, 5).values
        np.testing.assert_allclose(kept, anew, rtol=1e-5)
        return kept

    model.compile()
    values = [changed()]
    model.fit(BINARY, epochs=2, verbose=0)
    values.append(changed())
    model.compile(loss=GaussianNLL(scale=SCALE))
    values.append(changed())
    model.decoder.set_weights(make_vae().decoder.get_weights())
    values.append(changed())
    for before, after in itertools.pairwise(values):
        assert (before != after).all()


class Estimate(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["log_likelihood"] = self.model.log_likelihood(BINARY, 5).values
        self.model.latent_diagnostics(BINARY)


def test_training_goes_on_as_if_nothing_had_been_estimated():
    trained = []
    for callbacks in ([], [Estimate()]):
        keras.utils.set_random_seed(1)
        model = make_vae()
        model.compile()
        model.fit(BINARY, epochs=2, verbose=0, callbacks=callbacks)
        trained.append(weights_of(model))
    for a, b in zip(*trained, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "loss",
    [
        "mean_squared_error",
        keras.losses.MeanAbsoluteError(),
        keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        lambda y_true, y_pred: (y_true - y_pred) ** 2,
    ],
)
def test_a_loss_that_is_no_likelihood(loss):
    model = make_vae()
    model.compile(loss=loss)
    with pytest.raises(ValueError, match="binary_crossentropy.*Received"):
        model.log_likelihood(BINARY)


def test_binary_crossentropy_of_grey_images():
    model = make_vae()
    model.compile()
    with pytest.raises(ValueError, match="0 and 1.*Received"):
        model.log_likelihood(make_images())


def test_no_loss_yet():
    with pytest.raises(ValueError, match="compile.*Received"):
        make_vae().log_likelihood(BINARY)


@pytest.mark.parametrize("num_samples", [1, 0, 2.0, None])
def test_bad_num_samples(num_samples):
    model = make_vae()
    model.compile()
    with pytest.raises(ValueError, match="num_samples.*Received"):
        model.log_likelihood(BINARY, num_samples)


def test_any_likelihood_fits_a_decoder_of_its_kind():
    plain, pair = make_vae(), make_vae(decoder=scaled_decoder())
    pair.compile(loss="discretized_logistic_nll")
    plain.compile(loss="gaussian_nll")
    for model, loss in [
        (plain, GaussianNLL(scale=None)),
        (plain, DiscretizedLogisticNLL()),
        (pair, "gaussian_nll"),
        (pair, "binary_crossentropy"),
    ]:
        with pytest.raises(ValueError, match="mean, log_scale.*Received"):
            model.compile(loss=loss)


def test_images_of_a_pair_are_its_means():
    model, z = make_vae(decoder=scaled_decoder()), np.ones((3, LATENT_DIM))
    mean, _ = model.decoder.predict(z.astype("float32"), verbose=0)
    np.testing.assert_allclose(model.decode(z), mean, rtol=1e-5)
    assert model.generate(3).shape == (3, *IMAGE_SHAPE)
    assert model.reconstruct(BINARY).shape == BINARY.shape


@pytest.mark.parametrize("seed", [-1, "a", 1.5])
def test_bad_seed(seed):
    model = make_vae()
    model.compile()
    for call in (model.log_likelihood, model.latent_diagnostics):
        with pytest.raises(ValueError, match="`seed`.*Received: seed="):
            call(BINARY, seed=seed)
