import keras
import numpy as np
import pytest

from keras_generative import losses
from keras_generative.models import GAN
from tests.test_case import GAN_LOGS
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import run_model_test
from tests.test_case import weights_of

still = keras.optimizers.SGD


@pytest.mark.parametrize(
    "loss, penalties, discriminator_steps",
    [
        ("minimax", [], 2),
        ("non_saturating", [losses.R1Penalty()], 1),
        ("least_squares", [losses.DRAGANPenalty()], 1),
        ("hinge", [losses.GradientPenalty(1.0, one_sided=True)], 1),
        ("wasserstein", [losses.GradientPenalty()], 2),
    ],
)
def test_papers(loss, penalties, discriminator_steps, tmp_path):
    model = make_gan()
    model.compile(
        keras.optimizers.Adam(1e-3, beta_1=0.5),
        keras.optimizers.RMSprop(1e-3),
        loss=loss,
        penalties=penalties,
        discriminator_steps=discriminator_steps,
    )
    run_model_test(
        model,
        make_images(low=-1.0),
        [*GAN_LOGS, *(penalty.name for penalty in penalties)],
        tmp_path,
    )


def test_each_player_moves_alone():
    """A learning rate of 0 for one player freezes it, and only it."""
    for rates in ((0.0, 0.1), (0.1, 0.0)):
        model = make_gan()
        before = (weights_of(model.generator), weights_of(model.discriminator))
        model.compile(still(rates[0]), still(rates[1]))
        model.fit(make_images(), verbose=0)
        after = (weights_of(model.generator), weights_of(model.discriminator))
        for rate, old, new in zip(rates, before, after):
            moved = [(a != b).any() for a, b in zip(old, new)]
            assert all(moved) if rate else not any(moved)


def test_step_counts():
    model = make_gan()
    model.compile(discriminator_steps=3)
    model.fit(make_images(), epochs=2, batch_size=8, verbose=0)
    assert int(model.optimizer["generator"].iterations) == 6
    assert int(model.optimizer["discriminator"].iterations) == 18


def test_one_generator_forward_for_each_of_its_updates(monkeypatch):
    model = make_gan()
    model.compile(discriminator_steps=3, run_eagerly=True)
    calls, generator = [], model.generator.call

    def count(*args, **kwargs):
        calls.append(1)
        return generator(*args, **kwargs)

    monkeypatch.setattr(model.generator, "call", count)
    model.fit(make_images(8), batch_size=8, verbose=0)
    # Three discriminator updates, the last of which shares its fakes.
    assert len(calls) == 3


def test_one_step_by_hand():
    """SGD on a linear game whose gradients fit on paper."""
    generator = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(1, use_bias=False),
            keras.layers.Reshape((1, 1, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((1, 1, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1, use_bias=False),
        ]
    )
    generator.set_weights([np.array([[2.0]])])
    discriminator.set_weights([np.array([[0.5]])])
    model = GAN(generator, discriminator, latent_dim=1, seed=1)
    model.compile(still(0.1), still(0.1), loss="wasserstein")
    real = np.full((4, 1, 1, 1), 3.0, "float32")

    def make(batch, training):
        z = keras.ops.reshape(
            keras.ops.convert_to_tensor([1.0, 2.0, 3.0, 6.0]), (4, 1)
        )
        return (generator(z),)

    model.make = make
    model.fit(real, batch_size=4, verbose=0)
    # Mean z is 3, fakes are 2z. d/dw mean(w * fake) - mean(w * real) = 6 - 3.
    w = 0.5 - 0.1 * (6.0 - 3.0)
    np.testing.assert_allclose(discriminator.get_weights()[0], [[w]], rtol=1e-5)
    # Through the updated discriminator: d/dg -mean(w * g * z) = -3w.
    np.testing.assert_allclose(
        generator.get_weights()[0], [[2.0 + 0.1 * 3.0 * w]], rtol=1e-5
    )


def test_logged_losses_are_sums_of_their_terms():
    model = make_gan(kernel_regularizer=keras.regularizers.L2(0.3))
    model.compile(loss="wasserstein", penalties=[losses.R1Penalty(weight=7.0)])
    logs = model.evaluate(make_images(), verbose=0, return_dict=True)
    squares = [
        0.3 * (np.array(network.layers[1].kernel) ** 2).sum()
        for network in (model.generator, model.discriminator)
    ]
    np.testing.assert_allclose(
        logs["generator_loss"], -logs["fake_score"] + squares[0], rtol=1e-4
    )
    np.testing.assert_allclose(
        logs["discriminator_loss"],
        logs["fake_score"]
        - logs["real_score"]
        + 7.0 * logs["r1_penalty"]
        + squares[1],
        rtol=1e-4,
    )
    np.testing.assert_allclose(
        logs["loss"],
        logs["generator_loss"] + logs["discriminator_loss"],
        rtol=1e-5,
    )


def test_regularizers_of_both_players_are_trained():
    """With a flat game, weight decay is all that moves the weights."""
    model = make_gan(kernel_regularizer=keras.regularizers.L2(0.5))
    discriminator = model.discriminator
    discriminator.set_weights([0 * w for w in discriminator.get_weights()])
    kernel = np.array(model.generator.layers[1].kernel)
    model.compile(still(0.1), still(0.0), loss="wasserstein")
    model.fit(make_images(8), batch_size=8, verbose=0)
    # d 0.5 * w**2 / dw = w.
    np.testing.assert_allclose(
        model.generator.layers[1].kernel, 0.9 * kernel, rtol=1e-5
    )


def test_batch_normalization_learns_its_statistics():
    model = GAN(
        keras.Sequential(
            [
                keras.Input((LATENT_DIM,)),
                keras.layers.Dense(16),
                keras.layers.BatchNormalization(momentum=0.0),
                keras.layers.Reshape(IMAGE_SHAPE),
            ]
        ),
        dense_network(IMAGE_SHAPE, (1,)),
        latent_dim=LATENT_DIM,
        seed=1,
    )
    model.compile(still(0.0), still(0.0))
    norm = model.generator.layers[1]
    model.fit(make_images(), verbose=0)
    assert (np.array(norm.moving_variance) != 1.0).all()
    saved = np.array(norm.moving_variance)
    model.evaluate(make_images(), verbose=0)
    np.testing.assert_array_equal(norm.moving_variance, saved)


@pytest.mark.parametrize(
    "generator, discriminator, latent_dim, message",
    [
        ((3, (4, 4, 1)), ((4, 4, 3), (1,)), 3, "discriminator does not take"),
        ((3, (4, 4, 1)), ((4, 4, 1), (2,)), 3, "one score for each sample"),
        ((3, (16,)), ((4, 4, 1), (1,)), 3, "discriminator does not take"),
        ((3, (4, 4, 1)), ((4, 4, 1), (1,)), 2, "generator does not take"),
        ((3, (4, 4, 1)), ((4, 4, 1), (1,)), 0, "`latent_dim`.*positive"),
    ],
)
def test_networks_that_do_not_fit(
    generator, discriminator, latent_dim, message
):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        GAN(
            dense_network((generator[0],), generator[1]),
            dense_network(*discriminator),
            latent_dim,
        )


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"loss": "bce"}, "Unknown adversarial loss"),
        ({"penalties": ["r2"]}, "Unknown penalty"),
        ({"penalties": ["r1_penalty"] * 2}, "name of its own"),
        ({"discriminator_steps": 0}, "`discriminator_steps`.*positive"),
        ({"discriminator_steps": 1.5}, "`discriminator_steps`.*positive"),
    ],
)
def test_bad_compile_arguments(arguments, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        make_gan().compile(**arguments)
