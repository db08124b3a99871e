import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import losses
from keras_generative.losses.adversarial import adversarial_losses

REAL = np.array([[2.0], [-0.5], [0.3]], "float32")
FAKE = np.array([[-1.0], [0.7], [-3.0]], "float32")
PATCHES = [
    np.random.default_rng(seed).normal(size=(3, 2, 4, 1)).astype("float32")
    for seed in range(2)
]


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def reference(name, real, fake):
    """The papers' formulas in float64: (discriminator's, generator's)."""
    real, fake = real.astype("float64"), fake.astype("float64")
    log_d_real = log_sigmoid(real)
    log_d_fake, log_not_d_fake = log_sigmoid(fake), log_sigmoid(-fake)
    return {
        "minimax": (
            -log_d_real.mean() - log_not_d_fake.mean(),
            log_not_d_fake.mean(),
        ),
        "non_saturating": (
            -log_d_real.mean() - log_not_d_fake.mean(),
            -log_d_fake.mean(),
        ),
        "least_squares": (
            0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean(),
            0.5 * ((fake - 1) ** 2).mean(),
        ),
        "hinge": (
            np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean(),
            -fake.mean(),
        ),
        "wasserstein": (fake.mean() - real.mean(), -fake.mean()),
        "relativistic": (
            -log_sigmoid(real - fake).mean(),
            -log_sigmoid(fake - real).mean(),
        ),
        "boundary_seeking": (
            -log_d_real.mean() - log_not_d_fake.mean(),
            0.5 * ((log_d_fake - log_not_d_fake) ** 2).mean(),
        ),
    }[name]


@pytest.mark.parametrize(
    "scores", [(REAL, FAKE), PATCHES], ids=["scores", "patches"]
)
@pytest.mark.parametrize("name", sorted(adversarial_losses.classes))
def test_formula(name, scores):
    loss = losses.get(name)
    real, fake = (ops.convert_to_tensor(x) for x in scores)
    expected = reference(name, *scores)
    np.testing.assert_allclose(
        float(loss.discriminator_loss(real, fake)), expected[0], rtol=1e-6
    )
    np.testing.assert_allclose(
        float(loss.generator_loss(fake, real)), expected[1], rtol=1e-6
    )


@pytest.mark.parametrize("name", sorted(adversarial_losses.classes))
def test_config_round_trip(name):
    loss = adversarial_losses.get(name)
    config = keras.saving.serialize_keras_object(loss)
    again = adversarial_losses.get(config)
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()


def test_label_smoothing_is_cross_entropy_against_the_smoothed_label():
    loss = losses.NonSaturatingLoss(label_smoothing=0.1)
    p = 1 / (1 + np.exp(-REAL.astype("float64")))
    real = -(0.9 * np.log(p) + 0.1 * np.log(1 - p)).mean()
    fake = -log_sigmoid(-FAKE.astype("float64")).mean()
    value = loss.discriminator_loss(
        ops.convert_to_tensor(REAL), ops.convert_to_tensor(FAKE)
    )
    np.testing.assert_allclose(float(value), real + fake, rtol=1e-6)
    assert loss.get_config() == {"label_smoothing": 0.1}


def test_huge_scores_stay_finite():
    scores = ops.convert_to_tensor(np.array([[1e4], [-1e4]], "float32"))
    for name in ("minimax", "non_saturating", "relativistic"):
        loss = adversarial_losses.get(name)
        assert np.isfinite(float(loss.discriminator_loss(scores, -scores)))
        assert np.isfinite(float(loss.generator_loss(scores, -scores)))


@pytest.mark.parametrize(
    "name, accuracy",
    [
        ("non_saturating", (2 / 3 + 2 / 3) / 2),  # above and below 0
        ("least_squares", (1 / 3 + 2 / 3) / 2),  # above and below 0.5
        ("wasserstein", 2 / 3),  # pairs in order
        ("relativistic", 2 / 3),
    ],
)
def test_logs(name, accuracy):
    logs = adversarial_losses.get(name).logs(
        ops.convert_to_tensor(REAL), ops.convert_to_tensor(FAKE)
    )
    np.testing.assert_allclose(
        float(logs["discriminator_accuracy"]), accuracy, rtol=1e-6
    )
    np.testing.assert_allclose(float(logs["real_score"]), 0.6, rtol=1e-6)
    np.testing.assert_allclose(float(logs["fake_score"]), -1.1, rtol=1e-6)


def test_accuracy_counts_patches():
    real, fake = PATCHES
    expected = 0.5 * ((real > 0).mean() + (fake < 0).mean())
    logs = losses.get("hinge").logs(*map(ops.convert_to_tensor, PATCHES))
    np.testing.assert_allclose(
        float(logs["discriminator_accuracy"]), expected, rtol=1e-6
    )
    np.testing.assert_allclose(
        float(logs["real_score"]), real.mean(), rtol=1e-5
    )


@pytest.mark.parametrize("identifier", ["bce", None, 3, losses.R1Penalty()])
def test_unknown_loss(identifier):
    with pytest.raises(ValueError, match="Unknown adversarial loss.*Received"):
        adversarial_losses.get(identifier)


@pytest.mark.parametrize("smoothing", [-0.1, 0.5, float("nan"), "0.1"])
def test_bad_label_smoothing(smoothing):
    with pytest.raises(ValueError, match="label_smoothing.*Received"):
        losses.NonSaturatingLoss(label_smoothing=smoothing)
