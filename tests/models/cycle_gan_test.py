import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative.datasets import UnpairedBatches
from keras_generative.losses import WeightClipping
from keras_generative.models import CycleGAN
from tests.test_case import IMAGE_SHAPE
from tests.test_case import MODELS
from tests.test_case import dense_network
from tests.test_case import judge_of_pairs
from tests.test_case import make_compiled
from tests.test_case import make_cycle_gan
from tests.test_case import run_model_test

A, B = (4, 4, 1), (2, 4, 3)


def uniform(*shape):
    values = np.random.default_rng(len(shape)).uniform(-1, 1, shape)
    return values.astype("float32")


def patches(shape):
    images = keras.Input(shape)
    return keras.Model(images, layers.Conv2D(1, 2, strides=2)(images))


def between_other_shapes(**kwargs):
    return CycleGAN(
        dense_network(A, B, "tanh"),
        dense_network(B, A, "tanh"),
        patches(A),
        dense_network(B, (1,)),
        pool_size=6,
        seed=1,
        **kwargs,
    )


@pytest.mark.xla
def test_trains_saves_loads_and_goes_on(tmp_path):
    case = MODELS["cycle_gan"]
    model = make_compiled("cycle_gan")
    x, y = case.data(20)
    run_model_test(model, x, case.log_names, tmp_path, y)
    assert int(model.pool_a.count) == model.pool_size


def test_domains_of_other_shapes(tmp_path):
    model = between_other_shapes()
    model.compile(loss="hinge", penalties=["gradient_penalty", "r1_penalty"])
    a, b = uniform(16, *A), uniform(16, *B)
    logs = model.fit(a, b, batch_size=8, verbose=0).history
    assert "identity_loss" not in logs
    assert np.isfinite(list(logs.values())).all()
    made_b, made_a = model.translate(a), model.translate(b, "ba")
    assert (made_b.shape, made_a.shape) == (b.shape, a.shape)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for name in ("pool_a", "pool_b"):
        pool = np.array(getattr(model, name).images)
        assert pool.any(axis=(1, 2, 3)).all()
        np.testing.assert_array_equal(getattr(loaded, name).images, pool)


@pytest.mark.parametrize("identity_weight", [0.0, 0.5])
def test_losses(identity_weight):
    """Equation 3 of the paper, by numpy."""
    model = make_cycle_gan()
    model.compile(cycle_weight=3.0, identity_weight=identity_weight)
    a, b = MODELS["cycle_gan"].data(8)
    fake_a, fake_b = model.translate(b, "ba"), model.translate(a, "ab")
    cycle = np.abs(model.translate(fake_b, "ba") - a).mean()
    cycle += np.abs(model.translate(fake_a, "ab") - b).mean()
    identity = np.abs(model.translate(a, "ba") - a).mean()
    identity += np.abs(model.translate(b, "ab") - b).mean()
    judges = makers = 0.0
    for judge, real, fake in (
        (model.discriminator_a, a, fake_a),
        (model.discriminator_b, b, fake_b),
    ):
        real, fake = (ops.convert_to_numpy(judge(x)) for x in (real, fake))
        judges += 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
        makers += 0.5 * ((fake - 1) ** 2).mean()
    makers += 3.0 * (cycle + identity_weight * identity)
    expected = {
        "discriminator_loss": judges,
        "generator_loss": makers,
        "cycle_loss": cycle,
    }
    if identity_weight:
        expected["identity_loss"] = identity
    logs = model.evaluate(a, b, verbose=0, return_dict=True)
    assert ("identity_loss" in logs) == bool(identity_weight)
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, atol=1e-6)


def test_logs_of_the_game_are_means_over_both_domains():
    model = between_other_shapes()
    model.compile()
    a, b = uniform(8, *A), uniform(8, *B)
    logs = model.evaluate(a, b, verbose=0, return_dict=True)
    scores = [
        ops.convert_to_numpy(judge(x)).mean()
        for judge, x in ((model.discriminator_a, a), (model.discriminator_b, b))
    ]
    np.testing.assert_allclose(
        logs["real_score"], np.mean(scores), rtol=1e-4, atol=1e-6
    )


def test_discriminators_see_earlier_images():
    """Generators that are swapped while nothing learns."""
    model = between_other_shapes()
    still = [keras.optimizers.SGD(0.0) for _ in range(2)]
    model.compile(*still, run_eagerly=True)
    a, b = uniform(6, *A), uniform(6, *B)
    model.fit(a, b, batch_size=3, shuffle=False, verbose=0)
    first = model.translate(a, "ab")
    pool = np.array(model.pool_b.images)
    np.testing.assert_allclose(pool, first, rtol=1e-4, atol=1e-5)

    before = model.generator_ab.get_weights()
    model.generator_ab.set_weights([-2 * w for w in before])
    second = model.translate(a, "ab")
    seen = []
    duel = model.discriminator_duel

    def spy(judge, real, fake, *args):
        seen.append(ops.convert_to_numpy(fake))
        return duel(judge, real, fake, *args)

    if keras.config.backend() == "jax":
        pytest.skip("a step's values are not known within it")
    model.discriminator_duel = spy
    model.fit(a, b, batch_size=6, shuffle=False, verbose=0)
    (shown,) = [x for x in seen if x.shape[1:] == B][-1:]
    is_old = [
        np.isclose(first, x, atol=1e-5).all((1, 2, 3)).any() for x in shown
    ]
    is_new = [np.isclose(x, y, atol=1e-5).all() for x, y in zip(shown, second)]
    assert all(old != new for old, new in zip(is_old, is_new))
    assert 0 < sum(is_old) < 6


def test_without_a_pool():
    model = CycleGAN(
        *[dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh") for _ in range(2)],
        *[dense_network(IMAGE_SHAPE, (1,)) for _ in range(2)],
        pool_size=0,
        seed=1,
    )
    assert len(model.weights) == sum(
        len(getattr(model, name).weights)
        for name in (*model.makers, *model.judges)
    )
    model.compile(
        *[keras.optimizers.RMSprop(5e-5) for _ in range(2)],
        loss="wasserstein",
        discriminator_steps=3,
        discriminator_constraint=WeightClipping(0.01),
        cycle_weight=500.0,
        identity_weight=0.0,
    )
    logs = model.fit(*MODELS["cycle_gan"].data(8), verbose=0).history
    assert np.isfinite(list(logs.values())).all()
    weight = np.array(model.discriminator_b.trainable_variables[0])
    assert np.abs(weight).max() <= 0.01 + 1e-6


def test_domains_of_other_numbers():
    model = between_other_shapes()
    model.compile()
    batches = UnpairedBatches(uniform(10, *A), uniform(4, *B), batch_size=4)
    model.fit(batches, epochs=2, verbose=0)
    assert int(model.optimizer.iterations) == 6


def test_both_domains_are_held_against_the_range():
    model = make_compiled("cycle_gan")
    a, b = MODELS["cycle_gan"].data(8)
    for data in ((100 * a, b), (a, 100 * b)):
        with pytest.warns(UserWarning, match="ends in tanh.*outside"):
            make_compiled("cycle_gan").fit(*data, verbose=0)
    model.fit(a, b, verbose=0)


def networks_with(**others):
    return {
        "generator_ab": dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh"),
        "generator_ba": dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh"),
        "discriminator_a": dense_network(IMAGE_SHAPE, (1,)),
        "discriminator_b": dense_network(IMAGE_SHAPE, (1,)),
        **others,
    }


BAD_NETWORKS = {
    "shape that the other one takes": lambda: {
        "generator_ab": dense_network(IMAGE_SHAPE, B, "tanh")
    },
    "generator_ba must be a `keras.Model`": lambda: {"generator_ba": 3},
    "end in the same activation": lambda: {
        "generator_ba": dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "sigmoid")
    },
    "discriminator_b of this model must have one input": lambda: {
        "discriminator_b": judge_of_pairs()
    },
    "discriminator_a must give one score": lambda: {
        "discriminator_a": dense_network(IMAGE_SHAPE, (2,))
    },
    "`pool_size` must be an integer of at least 0": lambda: {"pool_size": -1},
}


@pytest.mark.parametrize("message", BAD_NETWORKS)
def test_bad_arguments(message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        CycleGAN(**networks_with(**BAD_NETWORKS[message]()))


def test_networks_share_nothing():
    generator = dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh")
    with pytest.raises(ValueError, match="must not share layers"):
        CycleGAN(
            **networks_with(generator_ab=generator, generator_ba=generator)
        )


@pytest.mark.parametrize("direction", ["aa", None, 1])
def test_bad_direction(direction):
    model = make_cycle_gan()
    with pytest.raises(ValueError, match="'ab' or 'ba'.*Received"):
        model.translate(uniform(2, *IMAGE_SHAPE), direction)
