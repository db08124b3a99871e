import json

import keras
import numpy as np
import pytest
from skimage import metrics as skimage

from keras_generative.metrics import PSNR
from keras_generative.metrics import SSIM
from keras_generative.metrics import MultiScaleSSIM
from tests.metrics import peers

METRICS = [PSNR, SSIM, MultiScaleSSIM]
RNG = np.random.default_rng(0)


def pair(shape=(3, 180, 177, 3), noise=0.1):
    """Smooth images, as what is alike in photographs, and noisy ones."""
    grid = np.linspace(0, 6, shape[1])[:, None, None]
    grid = grid + np.linspace(0, 9, shape[2])[:, None]
    x = 0.5 + 0.4 * np.sin(grid + RNG.uniform(0, 6, (shape[0], 1, 1, shape[3])))
    y = np.clip(x + noise * RNG.normal(size=shape), 0, 1)
    return x.astype("float32"), y.astype("float32")


def result(metric, x, y, **kwargs):
    metric = metric(**kwargs)
    metric.update_state(x, y)
    return float(metric.result())


@pytest.mark.parametrize("channels", [1, 3])
def test_equals_scikit_image(channels):
    pairs = pair((3, 30, 40, channels))
    psnr = [skimage.peak_signal_noise_ratio(x, y) for x, y in zip(*pairs)]
    np.testing.assert_allclose(result(PSNR, *pairs), np.mean(psnr), rtol=1e-5)
    ssim = [
        skimage.structural_similarity(
            x.astype("float64"),
            y.astype("float64"),
            data_range=1.0,
            channel_axis=-1,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        for x, y in zip(*pairs)
    ]
    np.testing.assert_allclose(result(SSIM, *pairs), np.mean(ssim), rtol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_equals_torchmetrics(channels):
    image = peers.torchmetrics("image")
    x, y = pair((2, 30, 40, channels))
    psnr = peers.over_images(
        image.PeakSignalNoiseRatio(1.0, dim=(1, 2, 3)), x, y
    )
    np.testing.assert_allclose(result(PSNR, x, y), psnr, rtol=1e-4)
    # It mirrors the image at the border and counts the windows there, which
    # neither the paper does nor scikit-image.
    _, windows = peers.over_images(
        image.StructuralSimilarityIndexMeasure(
            data_range=1.0, return_full_image=True
        ),
        x,
        y,
    )
    inner = windows[:, :, 5:-5, 5:-5].mean()
    np.testing.assert_allclose(result(SSIM, x, y), inner, rtol=1e-4)


@pytest.mark.parametrize("channels", [1, 3])
def test_equals_tensorflow(channels):
    tf = pytest.importorskip("tensorflow", reason="It is the peer.")
    x, y = pair((2, 176, 208, channels))
    theirs = {
        PSNR: tf.image.psnr,
        SSIM: tf.image.ssim,
        MultiScaleSSIM: tf.image.ssim_multiscale,
    }
    for metric, peer in theirs.items():
        expected = np.mean(peer(x, y, 1.0))
        np.testing.assert_allclose(result(metric, x, y), expected, rtol=1e-4)


def test_closed_forms():
    zeros, ones = np.zeros((2, 16, 16, 1)), np.ones((2, 16, 16, 1))
    np.testing.assert_allclose(result(PSNR, zeros, 0.1 * ones), 20.0, 1e-6)
    # Of constant images luminance alone differs.
    c1 = 0.01**2
    expected = (2 * 0.5 * 0.2 + c1) / (0.5**2 + 0.2**2 + c1)
    ssim = result(SSIM, 0.5 * ones, 0.2 * ones)
    np.testing.assert_allclose(ssim, expected, rtol=1e-5)
    x, _ = pair()
    assert result(PSNR, x, x) == np.inf
    np.testing.assert_allclose(result(SSIM, x, x), 1.0, rtol=1e-6)
    np.testing.assert_allclose(result(MultiScaleSSIM, x, x), 1.0, rtol=1e-6)


def test_opposites_count_as_zero_at_five_scales():
    x = RNG.random((1, 176, 176, 1))
    assert result(SSIM, x, 1.0 - x) < 0.0
    assert result(MultiScaleSSIM, x, 1.0 - x) == 0.0


@pytest.mark.parametrize("metric", METRICS)
def test_value_range(metric):
    x, y = pair()
    expected = result(metric, x, y)
    for low, high in [(-1, 1), (0, 255)]:
        scaled = [low + (high - low) * image for image in (x, y)]
        value = result(metric, *scaled, value_range=(low, high))
        np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_batches_weights_reset_and_config(metric):
    x, y = pair()
    whole = result(metric, x, y)
    single = [result(metric, x[i : i + 1], y[i : i + 1]) for i in range(3)]
    np.testing.assert_allclose(whole, np.mean(single), rtol=1e-5)
    weighted = metric(value_range=(0, 1))
    weighted.update_state(x, 0.5 * y)
    weighted.reset_state()
    weighted.update_state(x, y, sample_weight=np.array([1.0, 0.0, 3.0]))
    np.testing.assert_allclose(
        weighted.result(), (single[0] + 3 * single[2]) / 4, rtol=1e-5
    )
    config = json.loads(json.dumps(metric(value_range=(-1, 1)).get_config()))
    copy = metric.from_config(config)
    assert copy.value_range == (-1.0, 1.0)
    assert metric.from_config(metric().get_config()).value_range is None
    assert copy.name == metric().name == config["name"]


def test_in_a_compiled_evaluation():
    x, y = pair((4, 176, 176, 1))
    model = keras.Sequential(
        [keras.Input(x.shape[1:]), keras.layers.Identity()]
    )
    model.compile(loss="mse", metrics=[metric() for metric in METRICS])
    logs = model.evaluate(y, x, batch_size=3, verbose=0, return_dict=True)
    for metric in METRICS:
        expected = result(metric, x, y)
        np.testing.assert_allclose(logs[metric().name], expected, rtol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_bad_images(metric):
    ones = np.ones((2, 180, 180, 1))
    for fault, x, y in [
        ("must be float", ones.astype("uint8"), ones),
        ("must have shape", ones[0], ones[0]),
        ("must have shape", ones, ones[:, :-1]),
        ("must be finite. Received: `y_pred`", ones, ones * np.nan),
        ("must be finite. Received: `y_true`", ones * np.inf, ones),
        ("needs images", ones[:0], ones[:0]),
    ]:
        with pytest.raises(ValueError, match=fault):
            metric().update_state(x, y)


def test_images_too_small():
    with pytest.raises(ValueError, match="at least 11 x 11.*Received"):
        result(SSIM, *pair((2, 30, 10, 1)))
    with pytest.raises(ValueError, match="at least 176 x 176.*Received"):
        result(MultiScaleSSIM, *pair((2, 175, 200, 1)))


@pytest.mark.parametrize(
    "weights",
    [[1.0], np.ones(3), np.ones((2, 1)), [1, np.nan], [1, -1], ["a", "b"], 1j],
)
@pytest.mark.parametrize("metric", [PSNR, SSIM])
def test_weights_of_no_kind(metric, weights):
    x = np.full((2, 16, 16, 1), 0.5, "float32")
    with pytest.raises(ValueError, match="`sample_weight`.*Received: "):
        metric().update_state(x, 0.5 * x, sample_weight=weights)


def test_a_name_that_is_none():
    with pytest.raises(ValueError, match="`name`.*Received: name=3"):
        PSNR(name=3)


def test_weights():
    x = np.ones((2, 16, 16, 1), "float32")
    y = x - np.reshape([0.1, 0.01], (2, 1, 1, 1)).astype("float32")
    for weights, expected in (([3, 1], 25.0), ([0.0, 1.0], 40.0), (2, 30.0)):
        metric = PSNR()
        metric.update_state(x, y, sample_weight=weights)
        np.testing.assert_allclose(float(metric.result()), expected, rtol=1e-3)
