import keras
import numpy as np
import pytest
from keras import ops
from scipy.optimize import linear_sum_assignment
from scipy.special import logsumexp

from keras_generative.diffusion import OptimalTransport
from keras_generative.diffusion.couplings import couplings

GENERATOR = np.random.default_rng(0)
X0 = GENERATOR.uniform(-1, 1, (32, 2)).astype("float32")
NOISE = GENERATOR.normal(size=(32, 2)).astype("float32")
COST = 0.5 * np.square(X0[:, None] - NOISE[None]).sum(axis=-1)


def plan_of(coupling, x0=X0, noise=NOISE, labels=None):
    x0, noise = ops.convert_to_tensor(x0), ops.convert_to_tensor(noise)
    if labels is not None:
        labels = ops.convert_to_tensor(labels)
    log_plan = ops.convert_to_numpy(coupling.log_plan(x0, noise, labels))
    return np.exp(log_plan - logsumexp(log_plan, axis=1, keepdims=True))


def coupled(coupling, x0=X0, labels=None, seed=1):
    seed = keras.random.SeedGenerator(seed)
    noise = ops.convert_to_tensor(NOISE.reshape(x0.shape))
    if labels is not None:
        labels = ops.convert_to_tensor(labels)
    noise = coupling(ops.convert_to_tensor(x0), noise, labels, seed)
    return ops.convert_to_numpy(noise)


def test_the_plan_leaves_out_no_noise():
    plan = plan_of(OptimalTransport())
    np.testing.assert_allclose(plan.sum(axis=0), 1, atol=0.05)


def test_the_plan_is_that_of_entropic_transport():
    """Where P_ij = a_i b_j exp(-c_ij / r), it is the plan for its sums."""
    plan = plan_of(OptimalTransport(regularization=0.5))
    centered = np.log(plan) - np.log(plan).mean(axis=0)
    centered -= centered.mean(axis=1, keepdims=True)
    x0, noise = X0 - X0.mean(axis=0), NOISE - NOISE.mean(axis=0)
    products = x0 @ noise.T
    np.testing.assert_allclose(
        centered, products / (0.5 * products.std()), rtol=1e-3, atol=1e-3
    )


def test_with_little_regularization_it_is_nearly_the_best_assignment():
    rows, columns = linear_sum_assignment(COST)
    best = COST[rows, columns].mean()
    by_chance = COST.mean()
    coupling = OptimalTransport(regularization=0.02, num_iterations=300)
    cost = (plan_of(coupling) * COST).sum(axis=1).mean()
    assert best < cost < best + 0.05 * (by_chance - best)


def test_noise_is_drawn_by_the_plan():
    coupling = OptimalTransport(regularization=0.3)
    plan = plan_of(coupling)
    seed = keras.random.SeedGenerator(1)
    x0, noise = ops.convert_to_tensor(X0), ops.convert_to_tensor(NOISE)
    counts = np.zeros_like(plan)
    for _ in range(300):
        drawn = ops.convert_to_numpy(coupling(x0, noise, None, seed))
        counts += (drawn[:, None] == NOISE[None]).all(axis=-1)
    assert (counts.sum(axis=1) == 300).all()  # each is one of the noise
    assert np.abs(counts / 300 - plan).max() < 0.12


def test_samples_of_any_shape():
    shape = (8, 2, 2, 2)
    drawn = coupled(OptimalTransport(), X0.reshape(shape))
    assert drawn.shape == shape
    flat = drawn.reshape(8, 8)[:, None] == NOISE.reshape(8, 8)[None]
    assert flat.all(axis=-1).any(axis=1).all()


@pytest.mark.parametrize("rank", [1, 2])
def test_noise_stays_within_a_class(rank):
    classes = np.arange(32) % 3
    labels = np.eye(3, dtype="float32")[classes] if rank == 2 else classes
    drawn = coupled(OptimalTransport(), labels=labels)
    index = (drawn[:, None] == NOISE[None]).all(axis=-1).argmax(axis=1)
    np.testing.assert_array_equal(classes[index], classes)
    assert (index != np.arange(32)).any()


def test_one_sample_has_one_noise():
    x0, noise = ops.ones((1, 3)), ops.zeros((1, 3))
    seed = keras.random.SeedGenerator(1)
    drawn = OptimalTransport()(x0, noise, None, seed)
    np.testing.assert_array_equal(ops.convert_to_numpy(drawn), 0.0)


def test_config_and_bad_arguments():
    coupling = OptimalTransport(0.1, 7)
    config = keras.saving.serialize_keras_object(coupling)
    assert couplings.get(config).get_config() == coupling.get_config()
    with pytest.raises(ValueError, match="regularization.*Received"):
        OptimalTransport(0.0)
    with pytest.raises(ValueError, match="num_iterations.*Received"):
        OptimalTransport(num_iterations=0)
    with pytest.raises(ValueError, match="Unknown coupling.*'sinkhorn'"):
        couplings.get("sinkhorn")
