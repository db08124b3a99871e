import keras
import numpy as np
import pytest
from scipy import linalg

from keras_generative.metrics import FrechetDistance
from tests.metrics import peers

NAMED = keras.saving.register_keras_serializable(package="tests")


@NAMED
def channel_means(images):
    return keras.ops.mean(images, axis=(1, 2))


def features(num_images, dim=6, seed=0, scale=1.0, shift=0.0):
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(dim).normal(size=(dim, dim))
    return rng.normal(size=(num_images, dim)) @ mixing * scale + shift


def distance(real, fake, batch_size=None):
    metric = FrechetDistance()
    for start in range(0, max(len(real), len(fake)), batch_size or 10**6):
        stop = start + (batch_size or 10**6)
        metric.update_state(real[start:stop], fake[start:stop])
    return metric.result()


def scipy_distance(real, fake):
    covariances = [np.cov(x, rowvar=False) for x in (real, fake)]
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    shift = np.sum((real.mean(0) - fake.mean(0)) ** 2)
    return shift + np.trace(covariances[0] + covariances[1] - 2 * root)


def test_equals_scipy():
    real, fake = features(300), features(200, seed=1, scale=1.5, shift=0.3)
    expected = scipy_distance(real, fake)
    np.testing.assert_allclose(distance(real, fake), expected, rtol=1e-9)


def test_equals_torchmetrics():
    real, fake = features(300), features(200, seed=1, scale=1.5, shift=0.3)
    real, fake = real.astype("float32"), fake.astype("float32")
    peer = peers.torchmetrics("image.fid").FrechetInceptionDistance(
        feature=peers.identity(real.shape[1])
    )
    expected = peers.over_features(peer, real, fake)
    np.testing.assert_allclose(distance(real, fake), expected, rtol=1e-5)


def test_closed_form_of_a_shift_and_a_scale():
    real = features(50)
    shift = np.arange(6.0)
    np.testing.assert_allclose(distance(real, real + shift), np.sum(shift**2))
    # tr(C + 9 C - 6 C)
    centred = real - real.mean(axis=0)
    variance = np.trace(np.cov(real, rowvar=False))
    np.testing.assert_allclose(distance(centred, 3 * centred), 4 * variance)
    assert 0.0 <= distance(real, real) < 1e-9


def test_batches_and_a_large_mean_change_nothing():
    real, fake = features(300), features(200, seed=1, scale=1.5)
    expected = distance(real, fake)
    np.testing.assert_allclose(distance(real, fake, 7), expected, rtol=1e-12)
    np.testing.assert_allclose(
        distance(real + 1e6, fake + 1e6, 7), expected, rtol=1e-8
    )


def test_singular_covariances():
    # Fewer images than features, features that are multiples of others.
    basis = np.random.default_rng(3).normal(size=(6, 40))
    real, fake = features(20) @ basis, features(30, seed=1, scale=2) @ basis
    assert distance(real, real) < 1e-9
    # Within the space they span it is the distance of coordinates.
    coordinates = np.linalg.qr(basis.T)[0]
    expected = scipy_distance(real @ coordinates, fake @ coordinates)
    np.testing.assert_allclose(distance(real, fake), expected, rtol=1e-9)


def test_constant_features():
    ones = np.ones((5, 3))
    np.testing.assert_allclose(distance(ones, 3.0 * ones), 12.0)
    variance = np.trace(np.cov(features(9, 3), rowvar=False))
    centred = features(9, 3) - features(9, 3).mean(axis=0)
    np.testing.assert_allclose(distance(0.0 * ones, centred), variance)


def test_reset():
    metric = FrechetDistance()
    metric.update_state(features(20, shift=5.0), features(20, seed=2))
    metric.reset_state()
    real, fake = features(30, seed=3), features(30, seed=4)
    metric.update_state(real, None)
    metric.update_state(None, fake)
    np.testing.assert_allclose(metric.result(), distance(real, fake))


def test_images_by_way_of_a_network():
    images = np.random.default_rng(0).random((20, 4, 4, 3), dtype="float32")
    metric = FrechetDistance(channel_means)
    metric.update_state(images, images[:10] ** 2)
    means = [x.mean(axis=(1, 2)) for x in (images, images[:10] ** 2)]
    np.testing.assert_allclose(metric.result(), distance(*means), rtol=1e-4)
    assert metric.name == "channel_means_frechet_distance"
    copy = FrechetDistance.from_config(metric.get_config())
    assert copy.get_config() == metric.get_config()
    assert copy.features is channel_means
    assert FrechetDistance().name == "frechet_distance"


@pytest.mark.parametrize(
    "fault, real",
    [
        ("must be float", np.ones((4, 3), "int32")),
        ("must have shape", np.ones((4, 3, 3))),
        ("must have shape", np.ones((4, 2))),
        ("must be finite", np.full((4, 3), np.nan)),
        ("must be finite", np.full((4, 3), np.inf)),
    ],
)
def test_bad_features(fault, real):
    metric = FrechetDistance()
    metric.update_state(None, np.ones((4, 3)))
    with pytest.raises(ValueError, match=f"{fault}.*Received"):
        metric.update_state(real, None)


def test_bad_use():
    metric = FrechetDistance()
    with pytest.raises(ValueError, match="at least 2 images. Received: 0"):
        metric.result()
    metric.update_state(np.ones((1, 3)), np.ones((4, 3)))
    with pytest.raises(ValueError, match="Received: 1 in `real`"):
        metric.result()
    with pytest.raises(ValueError, match="must be a function"):
        FrechetDistance("inception")
    with pytest.raises(ValueError, match="Images must"):
        FrechetDistance(channel_means).update_state(None, np.ones((4, 3)))
