"""Other float types, and what layers add to the loss."""

import keras
import numpy as np
import pytest
from keras import layers

from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import run_model_test


@pytest.fixture
def float64():
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_double_precision_trains_saves_and_loads(name, float64, tmp_path):
    l2 = keras.regularizers.L2(1e-3)
    if name == "vae":
        model = make_vae(kernel_regularizer=l2)
        model.compile()
    else:
        model = make_gan(kernel_regularizer=l2)
        model.compile(penalties=["gradient_penalty"])
    names = model._all_log_names()
    run_model_test(model, make_images().astype("float64"), names, tmp_path)


class KnownLoss(layers.Layer):
    """Adds a multiple of the mean of its inputs."""

    def __init__(self, weight):
        super().__init__(dtype="float32")
        self.weight = weight

    def call(self, x):
        self.add_loss(self.weight * keras.ops.mean(x))
        return x


def discriminator(weight):
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            KnownLoss(weight),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
@pytest.mark.parametrize("penalties", [(), ("r1_penalty",)])
def test_a_discriminator_adds_the_mean_over_real_and_fake(policy, penalties):
    """Its penalties' calls do not count."""

    def evaluate(weight):
        keras.utils.set_random_seed(1)
        keras.config.set_dtype_policy(policy)
        try:
            model = make_gan()
            model = type(model)(
                model.generator, discriminator(weight), latent_dim=3, seed=1
            )
        finally:
            keras.config.set_dtype_policy("float32")
        model.compile(
            keras.optimizers.SGD(0.0),
            keras.optimizers.SGD(0.0),
            "hinge",
            penalties=[*penalties],
        )
        logs = model.fit(
            make_images(16), batch_size=16, shuffle=False, verbose=0
        ).history
        return logs["discriminator_loss"][0], model

    plain, _ = evaluate(0.0)
    one, model = evaluate(1.0)
    ten, _ = evaluate(10.0)
    z = keras.random.normal((16, 3), seed=keras.random.SeedGenerator(1))
    fake = keras.ops.convert_to_numpy(model.generator(z)).astype("float32")
    expected = (make_images(16).mean() + fake.mean()) / 2
    np.testing.assert_allclose(one - plain, expected, rtol=0.01, atol=1e-3)
    np.testing.assert_allclose(ten - plain, 10 * expected, rtol=0.01, atol=1e-3)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_activity_regularizers_in_half_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        models = [
            make(activity_regularizer=keras.regularizers.L2(1e-2))
            for make in (make_vae, make_gan)
        ]
    finally:
        keras.config.set_dtype_policy("float32")
    for model in models:
        model.compile()
        history = model.fit(make_images(), epochs=2, verbose=0).history
        assert all(np.isfinite(values).all() for values in history.values())
