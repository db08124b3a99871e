import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative import losses
from keras_generative.losses.penalties import get_penalties
from keras_generative.losses.penalties import penalties

GENERATOR = np.random.default_rng(0)
REAL = GENERATOR.normal(size=(6, 2, 2, 1)).astype("float32")
FAKE = GENERATOR.normal(size=(6, 2, 2, 1)).astype("float32")
W = np.array([0.3, -1.2, 0.8, 2.0], "float32")


def linear(images):
    """A critic whose gradient is W everywhere."""
    return ops.reshape(images, (-1, 4)) @ ops.convert_to_tensor(W[:, None])


def half_square(images):
    """A critic whose gradient at x is x."""
    return 0.5 * ops.sum(ops.square(images), axis=(1, 2, 3))[:, None]


def call(penalty, discriminator):
    return float(
        penalty(
            discriminator,
            ops.convert_to_tensor(REAL),
            ops.convert_to_tensor(FAKE),
            keras.random.SeedGenerator(3),
        )
    )


@pytest.mark.parametrize(
    "penalty, expected",
    [
        (losses.GradientPenalty(), (np.linalg.norm(W) - 1) ** 2),
        (losses.GradientPenalty(weight=3.0), (np.linalg.norm(W) - 1) ** 2),
        (losses.DRAGANPenalty(), (np.linalg.norm(W) - 1) ** 2),
        (losses.R1Penalty(), 0.5 * np.linalg.norm(W) ** 2),
        (losses.R2Penalty(), 0.5 * np.linalg.norm(W) ** 2),
    ],
)
@pytest.mark.parametrize("shape", [(2, 2, 1), (4,), (2, 2), (1, 2, 1, 2)])
def test_linear_critic(penalty, expected, shape):
    value = penalty(
        linear,
        ops.convert_to_tensor(REAL.reshape(6, *shape)),
        ops.convert_to_tensor(FAKE.reshape(6, *shape)),
        keras.random.SeedGenerator(3),
    )
    np.testing.assert_allclose(float(value), expected, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(penalties.classes))
def test_a_map_of_scores_counts_as_its_mean(name):
    def patches(images):
        return ops.tile(linear(images)[:, None, None], (1, 3, 5, 1))

    penalty = penalties.get(name)
    np.testing.assert_allclose(
        call(penalty, patches), call(penalty, linear), rtol=1e-5
    )


@pytest.mark.parametrize("name", sorted(penalties.classes))
def test_double_precision_stays_double(name):
    with backend.double_precision():
        real, fake = (
            ops.convert_to_tensor(x.astype("float64")) for x in (REAL, FAKE)
        )
        seed = keras.random.SeedGenerator(3)
        value = penalties.get(name)(half_square, real, fake, seed)
        assert keras.utils.standardize_dtype(value.dtype) == "float64"


def test_one_sided_penalty_forgives_small_gradients():
    penalty = losses.GradientPenalty(one_sided=True)
    np.testing.assert_allclose(
        call(penalty, linear), (np.linalg.norm(W) - 1) ** 2, rtol=1e-5
    )
    assert call(penalty, lambda x: 0.1 * linear(x)) == 0.0


def test_gradient_penalty_looks_between_real_and_fake(monkeypatch):
    u = np.linspace(0.0, 0.9, 6, dtype="float32").reshape(6, 1, 1, 1)
    monkeypatch.setattr(
        backend, "random_uniform", lambda shape, seed: ops.convert_to_tensor(u)
    )
    x = (u * REAL + (1 - u) * FAKE).astype("float64")
    norm = np.sqrt((x**2).sum(axis=(1, 2, 3)))
    np.testing.assert_allclose(
        call(losses.GradientPenalty(), half_square),
        ((norm - 1) ** 2).mean(),
        rtol=1e-5,
    )


def test_interpolation_is_one_uniform_number_for_each_image(monkeypatch):
    drawn = []

    def record(shape, seed):
        drawn.append(tuple(int(size) for size in shape))
        return keras.random.uniform(shape, seed=seed)

    monkeypatch.setattr(backend, "random_uniform", record)
    call(losses.GradientPenalty(), linear)
    assert drawn == [(6, 1, 1, 1)]


def test_r1_looks_at_real_images():
    expected = 0.5 * (REAL.astype("float64") ** 2).sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(
        call(losses.R1Penalty(), half_square), expected, rtol=1e-5
    )


def test_r2_looks_at_made_images():
    expected = 0.5 * (FAKE.astype("float64") ** 2).sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(
        call(losses.R2Penalty(), half_square), expected, rtol=1e-5
    )


def test_dragan_looks_around_real_images(monkeypatch):
    noise = GENERATOR.normal(size=REAL.shape).astype("float32")
    monkeypatch.setattr(
        backend,
        "random_normal",
        lambda shape, seed: ops.convert_to_tensor(noise),
    )
    x = REAL.astype("float64") + 0.2 * noise
    norm = np.sqrt((x**2).sum(axis=(1, 2, 3)))
    np.testing.assert_allclose(
        call(losses.DRAGANPenalty(noise_stddev=0.2), half_square),
        ((norm - 1) ** 2).mean(),
        rtol=1e-5,
    )


@pytest.mark.parametrize("name", sorted(penalties.classes))
def test_flat_critic_has_finite_gradients(name):
    """The norm's square root has no derivative at 0."""
    variable = keras.Variable(np.zeros((4, 1), "float32"))

    def objective():
        value = penalties.get(name)(
            lambda x: ops.reshape(x, (-1, 4)) @ variable,
            ops.convert_to_tensor(REAL),
            ops.convert_to_tensor(FAKE),
            keras.random.SeedGenerator(3),
        )
        return value, {}

    _, (gradient,) = backend.value_and_grad(objective, [variable])
    assert np.isfinite(ops.convert_to_numpy(gradient)).all()


@pytest.mark.parametrize(
    "penalty",
    [
        losses.GradientPenalty(2.0, one_sided=True, name="lipschitz"),
        losses.R1Penalty(1.0),
        losses.R2Penalty(0.5),
        losses.DRAGANPenalty(noise_stddev=0.1),
    ],
)
def test_config_round_trip(penalty):
    config = keras.saving.serialize_keras_object(penalty)
    again = penalties.get(config)
    assert type(again) is type(penalty)
    assert again.get_config() == penalty.get_config()


def test_names_of_their_own():
    both = get_penalties(["r1_penalty", losses.R1Penalty(name="r1")], ["loss"])
    assert [penalty.name for penalty in both] == ["r1_penalty", "r1"]
    for taken in (["r1_penalty"] * 2, [losses.R1Penalty(name="loss")]):
        with pytest.raises(ValueError, match="name of its own.*Received"):
            get_penalties(taken, ["loss"])


@pytest.mark.parametrize(
    "identifiers",
    [{"r1_penalty": 0.5}, "r1_penalty", None, losses.R1Penalty(), 10.0],
)
def test_penalties_are_a_list(identifiers):
    with pytest.raises(ValueError, match="`penalties` must be a list.*Rec"):
        get_penalties(identifiers, ["loss"])


@pytest.mark.parametrize("identifier", ["r2", None, losses.HingeLoss()])
def test_unknown_penalty(identifier):
    with pytest.raises(ValueError, match="Unknown penalty.*Received"):
        penalties.get(identifier)


@pytest.mark.parametrize(
    "weight", [-1.0, float("nan"), float("inf"), "10", None, True]
)
def test_bad_weight(weight):
    with pytest.raises(ValueError, match="weight.*Received"):
        losses.R1Penalty(weight)


@pytest.mark.parametrize("name", [None, 3, "", ["a"]])
def test_bad_name(name):
    for penalty in (losses.R1Penalty, losses.GradientPenalty):
        with pytest.raises(ValueError, match="`name`.*Received: name="):
            penalty(name=name)


@pytest.mark.parametrize("one_sided", ["no", None, 0.5])
def test_bad_side(one_sided):
    with pytest.raises(ValueError, match="`one_sided`.*Received: one_sided="):
        losses.GradientPenalty(one_sided=one_sided)
