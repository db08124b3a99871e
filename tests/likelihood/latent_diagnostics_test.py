import numpy as np
import pytest

from keras_generative.likelihood.latent_diagnostics import diagnose
from keras_generative.losses import standard_normal_kl
from tests.test_case import LATENT_DIM
from tests.test_case import make_images
from tests.test_case import make_vae


def test_of_the_posteriors_of_a_vae():
    model, images = make_vae(), make_images()
    z_mean, z_log_var = model.encoder.predict(images, verbose=0)
    result = model.latent_diagnostics(images)
    kl = np.array(standard_normal_kl(z_mean, z_log_var)).mean()
    np.testing.assert_allclose(result.kl_per_dimension.sum(), kl, rtol=1e-5)
    np.testing.assert_allclose(
        result.mutual_information + result.marginal_kl, kl, rtol=1e-5
    )
    np.testing.assert_array_equal(
        result.active_units, z_mean.var(axis=0) > 0.01
    )
    np.testing.assert_allclose(
        result.mean, z_mean.mean(axis=0), rtol=1e-4, atol=1e-6
    )
    within = np.diag(np.exp(z_log_var).mean(axis=0))
    between = np.cov(z_mean.T, bias=True)
    np.testing.assert_allclose(
        result.covariance, within + between, rtol=1e-4, atol=1e-6
    )
    assert result.kl_per_dimension.shape == (LATENT_DIM,)


def test_posteriors_that_all_are_one():
    z_mean = np.full((300, 2), [0.5, -1.0])
    z_log_var = np.full((300, 2), [0.0, -1.0])
    result = diagnose(z_mean, z_log_var, seed=0, verbose=0)
    kl = 0.5 * np.array([0.25, np.exp(-1) + 1.0 - 1.0 + 1.0])
    np.testing.assert_allclose(result.kl_per_dimension, kl)
    np.testing.assert_allclose(result.mutual_information, 0.0, atol=1e-9)
    np.testing.assert_allclose(result.marginal_kl, kl.sum())
    assert not result.active_units.any()


def test_posteriors_far_from_each_other():
    # More than one block of them.
    z_mean = 100.0 * np.arange(600.0).reshape(-1, 1)
    result = diagnose(z_mean, np.zeros((600, 1)), seed=0, verbose=0)
    np.testing.assert_allclose(result.mutual_information, np.log(600))
    assert result.covariance.shape == (1, 1)


def test_posteriors_that_add_up_to_the_prior():
    # N(z; m, 1 - s) with m from N(0, s), but for the last latent, which knows
    # nothing: I = -0.5 log(1 - s) for each.
    s = np.array([0.5, 0.9, 0.0])
    generator = np.random.default_rng(0)
    z_mean = generator.standard_normal((4000, 3)) * np.sqrt(s)
    z_log_var = np.broadcast_to(np.log(1 - s), z_mean.shape)
    result = diagnose(z_mean, z_log_var, seed=1, verbose=0)
    information = -0.5 * np.log(1 - s)
    np.testing.assert_allclose(result.kl_per_dimension, information, atol=0.05)
    assert result.mutual_information == pytest.approx(
        information.sum(), abs=0.05
    )
    assert result.marginal_kl == pytest.approx(0.0, abs=0.05)
    np.testing.assert_allclose(result.covariance, np.eye(3), atol=0.07)
    np.testing.assert_array_equal(result.active_units, [True, True, False])
