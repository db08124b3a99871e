import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.optimizers import GradientNorm
from keras_generative.optimizers import OptimizerGroup
from tests.test_case import assert_equal_state
from tests.test_case import make_autoencoder
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae

MAKE = {"autoencoder": make_autoencoder, "vae": make_vae, "gan": make_gan}


def compiled(name, wrap=GradientNorm, make_inner=keras.optimizers.Adam):
    model = MAKE[name]()
    model.compile(
        *[wrap(make_inner()) for _ in range(2 if name == "gan" else 1)]
    )
    return model


def players(model):
    group = getattr(model.optimizer, "inner_optimizers", None)
    return [model.optimizer] if group is None else list(group.values())


def unwrapped(optimizer):
    return optimizer


def as_numbers(*values):
    return [ops.convert_to_tensor(np.array(v, "float32")) for v in values]


def step(optimizer, grads):
    weights = [keras.Variable(np.zeros(np.shape(g))) for g in grads]
    optimizer.build(weights)
    optimizer.apply(as_numbers(*grads), weights)
    return float(optimizer.gradient_norm), weights


def test_norm_is_over_all_weights():
    norm, (_, weight) = step(
        GradientNorm(keras.optimizers.SGD(0.5)), [[2.0, 3.0], 6.0]
    )
    assert norm == 7.0  # The square root of 4 + 9 + 36.
    assert float(weight) == -3.0


def test_norm_is_that_before_clipping():
    inner = keras.optimizers.SGD(1.0, global_clipnorm=1.0)
    norm, (weight,) = step(GradientNorm(inner), [[3.0, 4.0]])
    assert norm == 5.0
    np.testing.assert_allclose(weight, [-0.6, -0.8], rtol=1e-6)


def test_norm_is_without_the_factor_of_loss_scaling():
    inner = keras.optimizers.SGD(1.0, loss_scale_factor=8.0)
    optimizer = GradientNorm(inner)
    assert optimizer.scale_loss(1.0) == 8.0
    assert step(optimizer, [[24.0, 32.0]])[0] == 5.0


@pytest.mark.parametrize("name", MAKE)
def test_norm_is_that_of_plain_gradient_descent(name):
    """With a learning rate of 1 it is how far the weights of a step move."""
    model = compiled(name, make_inner=lambda: keras.optimizers.SGD(1.0))
    networks = (
        [model.generator, model.discriminator] if name == "gan" else [model]
    )
    before = [[np.array(v) for v in n.trainable_variables] for n in networks]
    model.fit(make_images(8), batch_size=8, verbose=0)
    for network, old, optimizer in zip(networks, before, players(model)):
        squares = [
            ((np.array(v) - o) ** 2).sum()
            for v, o in zip(network.trainable_variables, old)
        ]
        np.testing.assert_allclose(
            optimizer.gradient_norm, np.sqrt(sum(squares)), rtol=1e-5
        )


@pytest.mark.parametrize("name", MAKE)
def test_training_is_that_of_the_inner_optimizer(name):
    def fit(wrap):
        keras.utils.set_random_seed(1)
        model = compiled(name, wrap)
        model.fit(make_images(), epochs=2, batch_size=8, verbose=0)
        return model

    wrapped, plain = fit(GradientNorm), fit(unwrapped)
    for a, b in zip(wrapped.variables, plain.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", MAKE)
def test_saved_model_loads_with_its_slots(name, tmp_path):
    model = compiled(name)
    model.fit(make_images(), batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for optimizer, other in zip(players(model), players(loaded), strict=True):
        assert type(other) is GradientNorm
        assert int(other.iterations) == 3
        other.gradient_norm.assign(optimizer.gradient_norm)
    assert_equal_state(model, loaded)


def test_under_a_dynamic_loss_scale():
    def make_optimizer():
        return keras.optimizers.SGD(1e-3)

    norms = []
    for policy in ("mixed_float16", "float32"):
        keras.utils.set_random_seed(1)
        model = MAKE["vae"]()
        model = type(model)(model.encoder, model.decoder, seed=1, dtype=policy)
        optimizer = GradientNorm(make_optimizer())
        model.compile(optimizer)
        model.fit(make_images(8), batch_size=8, verbose=0)
        is_scaled = isinstance(
            model.optimizer, keras.optimizers.LossScaleOptimizer
        )
        assert is_scaled == (policy == "mixed_float16")
        norms.append(float(optimizer.gradient_norm))
    np.testing.assert_allclose(norms[0], norms[1], rtol=1e-2)


def test_learning_rate_and_averages_are_those_of_the_inner_optimizer():
    inner = keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5)
    optimizer = GradientNorm(inner)
    optimizer.learning_rate = 1.0
    assert float(inner.learning_rate) == float(optimizer.learning_rate) == 1.0
    weights = step(optimizer, [1.0])[1]
    optimizer.apply(as_numbers(1.0), weights)
    optimizer.finalize_variable_values(weights)
    # Weights -1 and -2; the average starts at -1.
    assert float(weights[0]) == -1.5


def test_an_id_and_a_wrong_one():
    assert isinstance(
        GradientNorm("adam").inner_optimizer, keras.optimizers.Adam
    )
    with pytest.raises(ValueError, match="adamant"):
        GradientNorm("adamant")


def test_what_is_no_optimizer_of_one_network():
    group = OptimizerGroup({"generator": keras.optimizers.Adam()})
    for optimizer in (None, group):
        with pytest.raises(ValueError, match="Received: optimizer="):
            GradientNorm(optimizer)


def test_of_a_gradient_that_is_measured():
    with pytest.raises(ValueError, match="already.*Received: inner_optimizer"):
        GradientNorm(GradientNorm("adam"))
