"""Half precision, and what Keras' optimizers can do, player by player."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative import losses
from keras_generative import networks
from keras_generative.models import GAN
from tests.test_case import GAMES
from tests.test_case import MODELS
from tests.test_case import SINGLES
from tests.test_case import assert_equal_state
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import optimizers_of
from tests.test_case import some_samples
from tests.test_case import weights_of

SGD = keras.optimizers.SGD


def with_policy(policy, make):
    keras.config.set_dtype_policy(policy)
    try:
        return make()
    finally:
        keras.config.set_dtype_policy("float32")


def dcgan():
    shape = (8, 8, 1)
    return GAN(
        networks.dcgan_generator(8, shape, base_filters=4),
        networks.dcgan_discriminator(shape, base_filters=4),
        latent_dim=8,
        seed=1,
    )


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_500_steps_with_second_derivatives(policy):
    model = with_policy(policy, dcgan)
    adams = [keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)]
    model.compile(*adams, penalties=["gradient_penalty", "r1_penalty"])
    images = np.random.default_rng(0).uniform(-1, 1, (500 * 8, 8, 8, 1))
    history = model.fit(images, batch_size=8, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    players = model.optimizer.inner_optimizers.values()
    if policy == "mixed_bfloat16":
        assert not any(hasattr(player, "dynamic_scale") for player in players)
    else:
        for player in players:
            # It begins at 2**15; a step that overflows halves it.
            assert float(player.dynamic_scale) >= 2**11
            assert int(player.iterations) >= 490


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("name", MODELS)
def test_losses_are_those_of_single_precision(name, policy):
    """On the same weights and noise, up to the rounding of the networks."""

    def evaluate(policy):
        keras.utils.set_random_seed(1)
        model = with_policy(policy, MODELS[name].make)
        penalties = ["gradient_penalty", "r1_penalty", "dragan_penalty"]
        model.compile(**({"penalties": penalties} if name in GAMES else {}))
        # These networks end in half precision, unlike those of the package.
        x, y = MODELS[name].data(20)
        return model.evaluate(x, y, verbose=0, return_dict=True)

    logs, expected = evaluate(policy), evaluate("float32")
    tolerance = 0.01 if policy == "mixed_float16" else 0.05
    assert set(logs) == set(expected)
    for key in logs:
        np.testing.assert_allclose(
            logs[key], expected[key], rtol=tolerance, atol=tolerance
        )


class Huge(losses.AdversarialLoss):
    """Gradients for one player that float16 cannot hold."""

    def discriminator_loss(self, real_scores, fake_scores):
        return ops.mean(fake_scores - real_scores)

    def generator_loss(self, fake_scores, real_scores):
        return 1e9 * ops.mean(fake_scores)


def test_each_player_has_a_loss_scale_of_its_own(tmp_path):
    model = with_policy("mixed_float16", make_gan)
    model.compile(SGD(0.1), SGD(0.1), loss=Huge())
    before = weights_of(model.generator)
    model.fit(make_images(16), batch_size=8, verbose=0)
    for old, weight in zip(before, weights_of(model.generator)):
        np.testing.assert_array_equal(weight, old)
    scales = [
        float(model.optimizer[player].dynamic_scale)
        for player in ("generator", "discriminator")
    ]
    assert scales == [2.0**13, 2.0**15]


# Sums over pixels and over codes have large gradients.
MAY_OVERFLOW = ("conditional_vae", "infogan")


def adams_of(model, name):
    optimizer = model.optimizer
    if name in GAMES:
        return list(optimizer.inner_optimizers.values())
    return [optimizer]


@pytest.mark.parametrize("name", MODELS)
def test_loss_scales_and_averages_are_saved(name, tmp_path):
    model = with_policy("mixed_float16", MODELS[name].make)
    adams = optimizers_of(
        name,
        lambda: keras.optimizers.LossScaleOptimizer(
            keras.optimizers.Adam(use_ema=True), dynamic_growth_steps=2
        ),
    )
    model.compile(*adams)
    x, y = MODELS[name].data(20)
    model.fit(x, y, batch_size=8, verbose=0)
    path = str(tmp_path / "model.keras")
    model.save(path)
    loaded = keras.models.load_model(path)
    assert_equal_state(loaded, model)
    assert loaded.dtype_policy.name == "mixed_float16"
    for player in adams_of(loaded, name):
        # Doubled after two steps, and halved by a third that overflows, as it
        # does where a gradient is above 1: 2**16 times that is not in float16.
        overflows = 3 - int(player.iterations)
        assert 0 <= overflows <= (name in MAY_OVERFLOW)
        assert float(player.dynamic_scale) == 2.0 ** (16 - overflows)
    if loaded.sample_shape == make_images(1).shape[1:]:
        averaged = (some_samples(m, 4, ema=True) for m in (model, loaded))
        np.testing.assert_array_equal(*averaged)
    loaded.fit(x, y, batch_size=8, verbose=0)


def moves(before, network):
    """How far each weight has moved."""
    return [
        float(np.linalg.norm(new - old))
        for old, new in zip(before, weights_of(network))
    ]


@pytest.mark.parametrize("name", GAMES)
def test_clipnorm_of_one_player(name):
    model = MODELS[name].make()
    model.compile(SGD(1.0, clipnorm=1e-3), SGD(1.0))
    players = (getattr(model, model.makers[0]), model.discriminator)
    before = [weights_of(player) for player in players]
    model.fit(*MODELS[name].data(8), batch_size=8, verbose=0)
    generator, discriminator = map(moves, before, players)
    np.testing.assert_allclose(generator, 1e-3, rtol=1e-3)
    assert min(discriminator) > 2e-3


def part_of(name, part):
    """The first or the second batch of 8."""
    arrays = MODELS[name].data(16)
    return [a if a is None else a[8 * part :][:8] for a in arrays]


@pytest.mark.parametrize("name", GAMES)
def test_gradient_accumulation_of_one_player(name):
    """A player that waits takes one step along the mean of two gradients."""
    model = MODELS[name].make()
    before = weights_of(model.discriminator)
    model.compile(SGD(0.0), SGD(0.5, gradient_accumulation_steps=2), "hinge")

    gradients = []
    for part in range(2):
        twin = MODELS[name].make()
        twin.set_weights([np.array(w) for w in model.get_weights()])
        state = np.array(model.seed_generator.state)
        twin.seed_generator.state.assign(state)
        twin.compile(SGD(0.0), SGD(1.0), "hinge")
        for old, weight in zip(before, weights_of(model.discriminator)):
            np.testing.assert_array_equal(weight, old)
        for player in (twin, model):
            # In order, as it is by its place that a class meets its noise.
            player.fit(*part_of(name, part), shuffle=False, verbose=0)
        after = weights_of(twin.discriminator)
        gradients.append([old - new for old, new in zip(before, after)])

    for old, new, a, b in zip(
        before, weights_of(model.discriminator), *gradients, strict=True
    ):
        np.testing.assert_allclose(
            new, old - 0.5 * (a + b) / 2, rtol=1e-4, atol=1e-6
        )


@pytest.mark.parametrize("name", SINGLES)
def test_gradient_accumulation_is_a_larger_batch(name, monkeypatch):
    monkeypatch.setattr(
        backend,
        "random_normal",
        lambda shape, seed: ops.full(shape, 0.3),
    )

    def fit(batch_size, steps):
        keras.utils.set_random_seed(1)
        model = MODELS[name].make()
        model.compile(
            keras.optimizers.Adam(0.1, gradient_accumulation_steps=steps)
        )
        model.fit(
            *MODELS[name].data(16),
            batch_size=batch_size,
            shuffle=False,
            verbose=0,
        )
        return weights_of(model)

    for a, b in zip(fit(4, 4), fit(16, None)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
