import numpy as np
import pytest
from scipy import special
from scipy import stats

from keras_generative.metrics import InceptionScore
from tests.metrics import peers

LOGITS = 3.0 * np.random.default_rng(0).normal(size=(40, 7))


def score(fake, **kwargs):
    metric = InceptionScore(**kwargs)
    metric.update_state(None, fake)
    return metric.result()


def test_closed_forms():
    np.testing.assert_allclose(score(np.eye(10)), 10.0)
    np.testing.assert_allclose(score(np.full((9, 4), 0.25)), 1.0)
    np.testing.assert_allclose(score(np.eye(4)[[0, 0, 1, 1]]), 2.0)
    np.testing.assert_allclose(score(LOGITS[:1], from_logits=True), 1.0)


def test_equals_scipy():
    p = special.softmax(LOGITS, axis=1)
    expected = np.exp(np.mean(stats.entropy(p, p.mean(axis=0), axis=1)))
    np.testing.assert_allclose(score(p), expected, rtol=1e-12)
    np.testing.assert_allclose(score(LOGITS, from_logits=True), expected)


def test_equals_torchmetrics():
    inception = peers.torchmetrics("image.inception")
    import torch

    peer = inception.InceptionScore(feature=peers.identity(7), splits=1)
    peer.update(torch.from_numpy(LOGITS))
    expected = float(peer.compute()[0])
    np.testing.assert_allclose(score(LOGITS, from_logits=True), expected, 1e-5)


def test_real_images_do_not_matter():
    metric = InceptionScore()
    metric.update_state(np.full((3, 5), np.nan), np.eye(5))
    np.testing.assert_allclose(metric.result(), 5.0)


def test_large_logits():
    logits = np.array([[1e4, 0.0, -1e4], [0.0, 1e4, -1e4]])
    np.testing.assert_allclose(score(logits, from_logits=True), 2.0)


@pytest.mark.parametrize("fake", [LOGITS, np.ones((3, 2)), -np.eye(2)])
def test_what_is_no_probability(fake):
    with pytest.raises(ValueError, match="add up to 1.*from_logits=True"):
        score(fake)
