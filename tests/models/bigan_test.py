import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import networks
from keras_generative.layers import DiffTranslation
from keras_generative.losses import R1Penalty
from keras_generative.models import BiGAN
from tests.test_case import GAN_LOGS
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import gaussian_encoder
from tests.test_case import judge_of_codes
from tests.test_case import labelled
from tests.test_case import make_bigan
from tests.test_case import make_images
from tests.test_case import run_model_test


def plain_encoder():
    return dense_network(IMAGE_SHAPE, (LATENT_DIM,))


@pytest.mark.parametrize("encoder", [plain_encoder, gaussian_encoder])
def test_trains_saves_loads_and_goes_on(encoder, tmp_path):
    model = make_bigan(encoder())
    penalties = ["gradient_penalty", "r1_penalty"]
    model.compile(penalties=penalties, discriminator_steps=2)
    names = [*GAN_LOGS, *penalties]
    run_model_test(model, make_images(low=-1.0), names, tmp_path)


def softplus(x):
    return np.logaddexp(0.0, x)


def mean_softplus(x):
    return softplus(x).mean()


# Of the scores of pairs (x, E(x)) and (G(z), z): what the makers minimise.
MAKERS = {
    # -log D(fake) - log(1 - D(real)), and the value of the game.
    "non_saturating": lambda real, fake: (
        mean_softplus(-fake) + mean_softplus(real)
    ),
    "minimax": lambda real, fake: -mean_softplus(fake) - mean_softplus(-real),
    "least_squares": lambda real, fake: (
        0.5 * ((fake - 1) ** 2).mean() + 0.5 * (real**2).mean()
    ),
    "hinge": lambda real, fake: real.mean() - fake.mean(),
    "wasserstein": lambda real, fake: real.mean() - fake.mean(),
    "relativistic": lambda real, fake: mean_softplus(real - fake),
    "boundary_seeking": lambda real, fake: (
        0.5 * (fake**2).mean() + 0.5 * (real**2).mean()
    ),
}


def with_made(model, *made):
    """The model, which makes these arrays whatever it is given."""
    model.make = lambda batch, training: tuple(map(ops.convert_to_tensor, made))
    return model


@pytest.mark.parametrize("loss", MAKERS)
def test_makers_want_both_pairs_taken_for_each_other(loss):
    generator = np.random.default_rng(1)
    real = make_images(low=-1.0)
    z, codes = generator.normal(size=(2, 20, LATENT_DIM)).astype("float32")
    model = with_made(make_bigan(), -0.5 * real, z, codes)
    model.compile(loss=loss)
    logs = model.evaluate(real, batch_size=20, verbose=0, return_dict=True)
    real_scores, fake_scores = (
        ops.convert_to_numpy(model.discriminator(pair))
        for pair in ([real, codes], [-0.5 * real, z])
    )
    expected = {
        "real_score": real_scores.mean(),
        "fake_score": fake_scores.mean(),
        "generator_loss": MAKERS[loss](real_scores, fake_scores),
        "discriminator_loss": float(
            model.adversarial_loss.discriminator_loss(
                *map(ops.convert_to_tensor, (real_scores, fake_scores))
            )
        ),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(
            logs[name], value, rtol=1e-4, atol=1e-6, err_msg=name
        )


def linear_model():
    """x = a z, z = b x and s = u x + v z, of one number each."""

    def linear():
        layer = layers.Dense(1, use_bias=False)
        return keras.Sequential([keras.Input((1,)), layer])

    pair = [keras.Input((1,)), keras.Input((1,))]
    joined = layers.Concatenate()(pair)
    judge = keras.Model(pair, layers.Dense(1, use_bias=False)(joined))
    model = BiGAN(linear(), linear(), judge, latent_dim=1)
    model.generator.set_weights([np.array([[0.5]])])
    model.encoder.set_weights([np.array([[2.0]])])
    judge.set_weights([np.array([[0.3], [-0.7]])])
    return model


def test_one_step_of_a_linear_game():
    """Under the Wasserstein loss: L = mean(s(x, b x)) - mean(s(a z, z))."""
    model = linear_model()
    x = np.array([[1.0], [3.0]], "float32")
    z = np.array([[0.4], [-1.0]], "float32")
    model.draw_latents = lambda batch: ops.convert_to_tensor(z)
    optimizers = [keras.optimizers.SGD(0.1) for _ in range(2)]
    model.compile(*optimizers, loss="wasserstein")
    model.fit(x, batch_size=2, shuffle=False, verbose=0)
    # The judge goes first, from mean(u, v) of fakes to that of real pairs.
    step = 0.1 * np.array([2.0 - 0.5 * -0.3, 4.0 - -0.3])
    u, v = [0.3, -0.7] + step
    for network, expected in {
        "discriminator": [u, v],
        "generator": [0.5 + 0.1 * u * -0.3],
        "encoder": [2.0 - 0.1 * v * 2.0],
    }.items():
        (kernel,) = getattr(model, network).get_weights()
        np.testing.assert_allclose(kernel[:, 0], expected, rtol=1e-5)


def test_penalties_are_on_the_gradient_by_both_parts_of_a_pair():
    model = linear_model()
    model.compile(penalties=[R1Penalty(1.0)])
    x = np.ones((4, 1), "float32")
    logs = model.evaluate(x, verbose=0, return_dict=True)
    expected = 0.5 * (0.3**2 + 0.7**2)
    np.testing.assert_allclose(logs["r1_penalty"], expected, rtol=1e-5)


def test_codes_in_training_are_drawn_around_their_means():
    """Of an encoder that gives a mean of x and a deviation of 2."""
    x = keras.Input((1,))
    log_var = layers.Rescaling(0.0, np.log(4.0))(x)
    encoder = keras.Model(x, [layers.Rescaling(1.0)(x), log_var])
    other = linear_model()
    model = BiGAN(
        other.generator,
        encoder,
        other.discriminator,
        latent_dim=1,
        seed=1,
    )
    data = np.full((4000, 1), 3.0, "float32")
    _, z, codes = map(
        ops.convert_to_numpy,
        model.make((ops.convert_to_tensor(data), None), True),
    )
    np.testing.assert_allclose(codes.mean(), 3.0, atol=0.15)
    np.testing.assert_allclose(codes.std(), 2.0, atol=0.15)
    assert abs(np.corrcoef(z[:, 0], codes[:, 0])[0, 1]) < 0.1
    np.testing.assert_allclose(model.encode(data[:3]), data[:3])


def test_encodes_reconstructs_and_generates():
    model, images = make_bigan(), make_images(low=-1.0)
    z_mean, _ = map(ops.convert_to_numpy, model.encoder(images))
    codes = model.encode(images, batch_size=7)
    np.testing.assert_allclose(codes, z_mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        model.reconstruct(images), model.decode(z_mean), rtol=1e-4, atol=1e-6
    )
    assert model.generate(3, seed=1).shape == (3, *IMAGE_SHAPE)


def test_an_augmenter_is_for_the_samples_of_pairs():
    model = make_of(augmenter=DiffTranslation(1.0, seed=1))
    x, z = ops.ones((2, *IMAGE_SHAPE)), ops.ones((2, LATENT_DIM))
    for training in (False, True):
        pair = ops.convert_to_numpy(model.seen((x, z), training))
        assert (pair[:, -LATENT_DIM:] == 1.0).all()
        assert (pair[:, :-LATENT_DIM] != 1.0).any() == training
    model.compile()
    model.fit(make_images(low=-1.0), verbose=0)


def make_of(
    generator=None, encoder=None, discriminator=None, latent_dim=3, **kwargs
):
    return BiGAN(
        generator or dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh"),
        encoder or plain_encoder(),
        discriminator or judge_of_codes(),
        latent_dim,
        **kwargs,
    )


def judge_of(*shapes, output=1):
    inputs = [keras.Input(shape) for shape in shapes]
    flat = [layers.Flatten()(x) for x in inputs]
    joined = layers.Concatenate()(flat) if len(flat) > 1 else flat[0]
    return keras.Model(inputs, layers.Dense(output)(joined))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            lambda: {"generator": labelled(dense_network((3,), IMAGE_SHAPE))},
            "generator.*one input",
        ),
        (lambda: {"encoder": labelled(plain_encoder())}, "encoder.*one input"),
        (
            lambda: {"encoder": dense_network(IMAGE_SHAPE, (4,))},
            r"Each code.*shape \(3,\)",
        ),
        (
            lambda: {"encoder": judge_of((5,), output=3)},
            "encoder does not take inputs",
        ),
        (
            lambda: {"discriminator": dense_network(IMAGE_SHAPE, (1,))},
            r"pairs `\[samples, latents\]`",
        ),
        (
            lambda: {"discriminator": judge_of(IMAGE_SHAPE, (4,))},
            r"latents\]`, of shapes \(4, 4, 1\) and \(3,\)",
        ),
        (
            lambda: {"discriminator": judge_of((5,), (3,))},
            "discriminator does not take inputs",
        ),
        (
            lambda: {"discriminator": judge_of(IMAGE_SHAPE, (3,), output=2)},
            "one score for each sample",
        ),
        (lambda: {"latent_dim": 4}, "generator does not take inputs"),
    ],
)
def test_networks_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        make_of(**arguments())


def test_an_encoder_of_three_outputs():
    x = keras.Input(IMAGE_SHAPE)
    heads = [layers.Dense(3)(layers.Flatten()(x)) for _ in range(3)]
    with pytest.raises(ValueError, match="pair `.z_mean, z_log_var.*Received"):
        make_of(encoder=keras.Model(x, heads))


def test_a_judge_of_features_and_latents():
    for features in (
        networks.dcgan_discriminator((8, 8, 1), outputs=(6,)),
        networks.mlp_discriminator((8, 8, 1), (4,), outputs=(6,)),
    ):
        judge = networks.joint_discriminator(features, 3, hidden_units=(5,))
        assert judge.input_shape == [(None, 8, 8, 1), (None, 3)]
        assert judge.output_shape == (None, 1)
        parameters = features.count_params() + (6 + 3 + 1) * 5 + 6
        assert judge.count_params() == parameters
        # Both parts of a pair have a say.
        generator = np.random.default_rng(0)
        x = generator.normal(size=(2, 8, 8, 1)).astype("float32")
        z = generator.normal(size=(2, 3)).astype("float32")
        scores = [
            ops.convert_to_numpy(judge(pair))
            for pair in ([x, z], [x[::-1], z], [x, z[::-1]])
        ]
        assert (scores[0] != scores[1]).any()
        assert (scores[0] != scores[2]).any()


@pytest.mark.parametrize(
    "features",
    [
        lambda: networks.mlp_discriminator((4,), outputs=(1, 2)),
        lambda: networks.mlp_discriminator((4,), num_classes=2),
        lambda: dense_network((4,), (2, 3)),
    ],
)
def test_features_that_are_no_vectors(features):
    with pytest.raises(ValueError, match="gives vectors.*Received"):
        networks.joint_discriminator(features(), 3)
