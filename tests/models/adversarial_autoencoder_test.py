import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import priors
from keras_generative.layers import DiffTranslation
from keras_generative.models import AdversarialAutoencoder
from keras_generative.priors import GaussianMixture
from keras_generative.priors import Prior
from tests.test_case import AUTOENCODER_LOGS
from tests.test_case import GAN_LOGS
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import gaussian_encoder
from tests.test_case import labelled
from tests.test_case import make_adversarial_autoencoder
from tests.test_case import make_images
from tests.test_case import make_labels
from tests.test_case import noisy_images
from tests.test_case import run_model_test
from tests.test_case import scaled_decoder

LOG_NAMES = [*GAN_LOGS, "reconstruction_loss"]


def plain_encoder():
    return dense_network(IMAGE_SHAPE, (LATENT_DIM,))


def plain_judge():
    return dense_network((LATENT_DIM,), (1,))


def mixture(num_components=4):
    generator = np.random.default_rng(0)
    return GaussianMixture.of(
        generator.normal(size=(num_components, LATENT_DIM)), 0.5
    )


@pytest.mark.parametrize(
    "encoder, judge, prior",
    [
        (gaussian_encoder, plain_judge, None),
        (plain_encoder, plain_judge, mixture),
        (plain_encoder, lambda: labelled(plain_judge()), mixture),
        (lambda: labelled(plain_encoder()), plain_judge, None),
    ],
)
def test_trains_saves_loads_and_goes_on(encoder, judge, prior, tmp_path):
    model = make_adversarial_autoencoder(encoder(), judge(), prior and prior())
    model.compile(
        loss="hinge",
        reconstruction_loss="binary_crossentropy",
        adversarial_weight=0.5,
        penalties=["gradient_penalty"],
        metrics=["mean_absolute_error"],
    )
    names = [*LOG_NAMES, "gradient_penalty", "mean_absolute_error"]
    labels = None if model._wanted_labels() is None else make_labels()
    run_model_test(model, make_images(), names, tmp_path, labels)


def mean_softplus(x):
    return np.logaddexp(0.0, x).mean()


def with_made(model, *made):
    """The model, which makes these arrays whatever it is given."""
    model.make = lambda batch, training: tuple(map(ops.convert_to_tensor, made))
    return model


def test_the_judge_tells_the_prior_from_codes():
    generator = np.random.default_rng(1)
    drawn, codes = generator.normal(size=(2, 20, LATENT_DIM)).astype("float32")
    images = make_images()
    model = make_adversarial_autoencoder()
    model = with_made(model, drawn, codes, 0.5 * images)
    model.compile(adversarial_weight=0.3, metrics=["mean_absolute_error"])
    logs = model.evaluate(images, batch_size=20, verbose=0, return_dict=True)
    real, fake = (
        ops.convert_to_numpy(model.discriminator(z)) for z in (drawn, codes)
    )
    squares = np.square(0.5 * images).sum(axis=(1, 2, 3)).mean()
    expected = {
        "real_score": real.mean(),
        "fake_score": fake.mean(),
        "discriminator_loss": mean_softplus(-real) + mean_softplus(fake),
        "reconstruction_loss": squares,
        "generator_loss": squares + 0.3 * mean_softplus(-fake),
        "mean_absolute_error": (0.5 * images).mean(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, err_msg=name)


def linear(weight):
    network = keras.Sequential(
        [keras.Input((1,)), layers.Dense(1, use_bias=False)]
    )
    network.set_weights([np.array([[weight]])])
    return network


def test_one_step_of_a_linear_game():
    """z = b x, x' = a z and s = v z, under the Wasserstein loss."""
    a, b, v, weight = 0.5, 2.0, 0.3, 0.7
    model = AdversarialAutoencoder(linear(b), linear(a), linear(v))
    x, drawn = np.array([[1.0], [3.0]], "float32"), np.array([[0.4], [-1.0]])
    model.draw_latents = lambda batch: ops.cast(drawn, "float32")
    model.compile(
        *[keras.optimizers.SGD(0.01) for _ in range(2)],
        loss="wasserstein",
        adversarial_weight=weight,
    )
    model.fit(x, batch_size=2, shuffle=False, verbose=0)
    # The judge goes first, from the mean of codes to that of latents.
    v = v + 0.01 * (drawn.mean() - b * x.mean())
    # L = mean((a b x - x)**2) - weight * v * b * mean(x)
    error = 2.0 * (a * b - 1.0) * np.square(x).mean()
    for network, expected in {
        "discriminator": v,
        "decoder": a - 0.01 * error * b,
        "encoder": b - 0.01 * (error * a - weight * v * x.mean()),
    }.items():
        (kernel,) = getattr(model, network).get_weights()
        np.testing.assert_allclose(kernel, [[expected]], rtol=1e-5)


def test_codes_of_a_gaussian_encoder_are_drawn_around_their_means():
    x = keras.Input((1,))
    log_var = layers.Rescaling(0.0, np.log(4.0))(x)
    encoder = keras.Model(x, [layers.Rescaling(1.0)(x), log_var])
    model = AdversarialAutoencoder(encoder, linear(0.5), linear(1.0), seed=1)
    data = np.full((4000, 1), 3.0, "float32")
    batch = (ops.convert_to_tensor(data), None, None)
    drawn, codes, made = map(ops.convert_to_numpy, model.make(batch, True))
    np.testing.assert_allclose(codes.mean(), 3.0, atol=0.15)
    np.testing.assert_allclose(codes.std(), 2.0, atol=0.15)
    assert abs(np.corrcoef(drawn[:, 0], codes[:, 0])[0, 1]) < 0.1
    np.testing.assert_allclose(made, 0.5 * codes, rtol=1e-5)
    np.testing.assert_allclose(model.encode(data[:3]), data[:3])
    np.testing.assert_allclose(model.reconstruct(data[:3]), 0.5 * data[:3])


@pytest.mark.parametrize("is_told", [False, True])
def test_latents_are_drawn_from_the_prior(is_told):
    judge = plain_judge()
    prior = GaussianMixture.of(4.0 * np.eye(4, LATENT_DIM), 0.1)
    model = make_adversarial_autoencoder(
        discriminator=labelled(judge) if is_told else judge, prior=prior
    )
    labels = np.arange(4000) % 4
    batch = (
        ops.zeros((4000, *IMAGE_SHAPE)),
        ops.convert_to_tensor(labels),
        None,
    )
    z = ops.convert_to_numpy(model.draw_latents(batch))
    distances = np.square(z[:, None] - prior.means).sum(axis=-1)
    nearest = distances.argmin(axis=1)
    assert distances.min(axis=1).max() < 1.0
    assert np.bincount(nearest, minlength=4).min() > 900
    assert (nearest == labels).all() == is_told


def test_labels_of_the_judge_alone_are_of_no_use_but_in_training():
    model = make_adversarial_autoencoder(discriminator=labelled(plain_judge()))
    model.compile()
    images, labels = make_images(), make_labels()
    with pytest.raises(ValueError, match="take labels.*Received"):
        model.fit(images, verbose=0)
    model.fit(images, labels, verbose=0)
    assert model.encode(images).shape == (20, LATENT_DIM)
    assert model.reconstruct(images).shape == images.shape
    assert model.generate(3, seed=1).shape == (3, *IMAGE_SHAPE)
    with pytest.raises(ValueError, match="from 0 to 3.*Received"):
        model.fit(images, labels + 1, verbose=0)


def test_generates_of_one_class():
    prior = mixture()
    model = make_adversarial_autoencoder(prior=prior)
    z = prior.component(2).sample(5, (LATENT_DIM,), seed=1)
    np.testing.assert_allclose(
        model.generate(5, prior=prior.component(2), seed=1), model.decode(z)
    )


def test_learns_clean_images_of_noisy_ones():
    noisy, clean = noisy_images(20)
    model = make_adversarial_autoencoder(plain_encoder())
    model.compile()
    logs = model.evaluate(noisy, clean, verbose=0, return_dict=True)
    errors = np.square(clean - model.reconstruct(noisy)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(
        logs["reconstruction_loss"], errors.mean(), rtol=1e-4
    )


def test_a_decoder_with_a_scale():
    model = AdversarialAutoencoder(
        plain_encoder(), scaled_decoder(), plain_judge()
    )
    model.compile(reconstruction_loss="discretized_logistic_nll")
    history = model.fit(make_images(), verbose=0).history
    assert set(AUTOENCODER_LOGS) < set(history)
    assert np.isfinite(history["loss"]).all()


class Numpy(Prior):
    """Cannot be drawn from in a train step."""

    def draw(self, generator, num_samples, latent_dim):
        return generator.standard_normal((num_samples, latent_dim))


def embedded_vectors():
    z, labels = keras.Input((LATENT_DIM,)), keras.Input((4,))
    joined = layers.Concatenate()([z, labels])
    return keras.Model([z, labels], layers.Dense(1)(joined))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            lambda: {"discriminator": dense_network((4,), (1,))},
            "discriminator does not take inputs",
        ),
        (
            lambda: {"discriminator": dense_network((LATENT_DIM,), (2,))},
            "one score for each sample",
        ),
        (
            lambda: {"encoder": dense_network(IMAGE_SHAPE, (4,))},
            "decoder does not take inputs",
        ),
        (lambda: {"prior": Numpy()}, "StandardNormal.*GaussianMixture"),
        (lambda: {"prior": "normal"}, "StandardNormal.*GaussianMixture"),
        (lambda: {"prior": GaussianMixture(2)}, "must be fitted"),
        (
            lambda: {"prior": GaussianMixture.of(np.eye(2), 1.0)},
            "fitted to others of that shape",
        ),
        (
            lambda: {
                "prior": mixture(3),
                "discriminator": labelled(plain_judge()),
            },
            "Gaussian for each class",
        ),
        (
            lambda: {"prior": mixture(), "discriminator": embedded_vectors()},
            "Gaussian for each class",
        ),
    ],
)
def test_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        make_adversarial_autoencoder(**arguments())


def test_refuses_augmenters():
    with pytest.raises(ValueError, match="sees latents.*Received"):
        AdversarialAutoencoder(
            plain_encoder(),
            dense_network((LATENT_DIM,), IMAGE_SHAPE),
            plain_judge(),
            augmenter=DiffTranslation(),
        )


def test_bad_arguments_of_compile():
    model = make_adversarial_autoencoder()
    with pytest.raises(ValueError, match="adversarial_weight.*Received"):
        model.compile(adversarial_weight=-1.0)
    with pytest.raises(ValueError, match="compares a number.*Received"):
        model.compile(reconstruction_loss="categorical_crossentropy")
    assert isinstance(model.prior, priors.StandardNormal)
