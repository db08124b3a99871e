"""What loading a file does: it reads that file, and nothing else."""

import keras
import numpy as np
import pytest

from keras_generative.features import DigitClassifier
from keras_generative.features import FIDInception
from keras_generative.features import KerasApplication
from keras_generative.metrics import FrechetDistance
from keras_generative.metrics import KernelDistance
from keras_generative.metrics import Reference

IMAGES = np.random.default_rng(0).random((4, 8, 8, 3), dtype="float32")


def load_with(metric, path):
    """The metric, as it comes back in a model's `.keras` file."""
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Identity()])
    model.compile(loss="mse", metrics=[metric])
    model.save(path)
    loaded = keras.models.load_model(path)
    return keras.saving.deserialize_keras_object(
        loaded.get_compile_config()["metrics"]
    )[0]


@pytest.fixture
def no_download(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("asked for a download")

    monkeypatch.setattr(keras.utils, "get_file", fail)
    monkeypatch.setattr("keras.applications.mobilenet.MobileNet", fail)


@pytest.mark.parametrize(
    "features",
    [
        lambda: FIDInception(
            weights="https://weights.example/w.pth", sha256=64 * "0"
        ),
        lambda: FIDInception(weights="/somebody/elses/file"),
        lambda: KerasApplication("MobileNet", image_size=32),
        lambda: KerasApplication("MobileNet", weights="/somebody/elses.h5"),
    ],
    ids=["url", "path", "imagenet", "path of weights"],
)
def test_weights_are_read_when_they_are_used(features, no_download, tmp_path):
    made = features()
    metric = load_with(FrechetDistance(made), tmp_path / "model.keras")
    assert metric.features.get_config() == made.get_config()
    assert metric.name == f"{made.name}_frechet_distance"
    with pytest.raises((OSError, ValueError), match="download|must exist"):
        metric.update_state(None, IMAGES)


def test_a_network_in_the_package_comes_back_with_its_weights(tmp_path):
    metric = load_with(FrechetDistance(DigitClassifier()), tmp_path / "m.keras")
    np.testing.assert_array_equal(
        metric.features(IMAGES[..., :1]), DigitClassifier()(IMAGES[..., :1])
    )


@keras.saving.register_keras_serializable(package="tests")
def colors(images):
    return keras.ops.mean(images, axis=(1, 2))


@pytest.mark.parametrize("kind", [FrechetDistance, KernelDistance])
def test_a_reference_is_opened_when_it_is_used(kind, tmp_path):
    path = tmp_path / "reference.npz"
    reference = Reference.from_images([IMAGES], colors, "noise", "test")
    reference.save(path)
    away = path.rename(tmp_path / "away.npz")
    metric = load_with(kind(colors, reference=reference), tmp_path / "m.keras")
    assert metric.reference.names == reference.names
    with pytest.raises(FileNotFoundError):
        metric.update_state(None, IMAGES)
        metric.result()
    away.rename(path)
    metric.update_state(None, IMAGES)
    expected = kind(colors, reference=reference)
    expected.update_state(None, IMAGES)
    assert metric.result() == expected.result()


def test_a_reference_that_became_another_is_found_out(tmp_path):
    path = tmp_path / "reference.npz"
    reference = Reference.from_images([IMAGES], colors, "noise", "test")
    reference.save(path)
    metric = load_with(
        FrechetDistance(colors, reference=reference), tmp_path / "m.keras"
    )
    Reference.from_images([IMAGES], colors, "noise", "train").save(path)
    with pytest.raises(ValueError, match="Received: split='test'"):
        metric.update_state(None, IMAGES)
