import json
import tracemalloc

import keras
import numpy as np
import pytest

from keras_generative.features import FeatureNetwork
from keras_generative.metrics import FrechetDistance
from keras_generative.metrics import KernelDistance
from keras_generative.metrics import Reference
from keras_generative.metrics import SlicedWasserstein

IMAGES = np.random.default_rng(0).random((20, 4, 4, 3), dtype="float32")
FEATURES = IMAGES.mean(axis=(1, 2))


def network():
    return keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.GlobalAveragePooling2D()],
        name="colors",
    )


def make(**kwargs):
    batches = [(IMAGES[:8], None), (IMAGES[8:], None)]
    return Reference.from_images(
        batches, network(), "noise", "train", resize="bicubic", **kwargs
    )


def test_file(tmp_path):
    path = tmp_path / "noise.npz"
    make().save(path)
    names = {
        "data": "noise",
        "split": "train",
        "count": 20,
        "network": "colors",
        "resize": "bicubic",
    }
    reference = Reference.load(path, **names)
    assert reference.names == names
    covariance = np.cov(FEATURES, rowvar=False)
    np.testing.assert_allclose(reference.mean, FEATURES.mean(0), rtol=1e-5)
    np.testing.assert_allclose(reference.covariance, covariance, rtol=1e-4)
    np.testing.assert_allclose(reference.features, FEATURES, rtol=1e-5)
    assert reference.covariance.dtype == "float64"
    for name in names:
        with pytest.raises(ValueError, match=f"Received: {name}='other'"):
            Reference.load(path, **{name: "other"})
    with pytest.raises(ValueError, match="Received: colour='red'"):
        Reference.load(path, colour="red")


def test_without_features(tmp_path):
    path = tmp_path / "noise.npz"
    make(keep_features=False).save(path)
    reference = Reference.load(path)
    assert reference.features is None
    metric = FrechetDistance(network(), reference=reference)
    metric.update_state(None, IMAGES)
    assert metric.result() == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(ValueError, match="keep_features=True"):
        KernelDistance(reference=reference)
    with pytest.raises(ValueError, match="keep_features=True"):
        SlicedWasserstein(reference=reference)
    # A config that says otherwise is found out when it counts.
    config = {**reference.get_config(), "has_features": True}
    metric = KernelDistance(reference=Reference.from_config(config))
    with pytest.raises(ValueError, match="must hold features"):
        metric.update_state(None, FEATURES)


def arrays_of(reference, **others):
    names = {**reference.names, **others.pop("names", {})}
    return {
        "names": json.dumps(names),
        "mean": reference.mean,
        "covariance": reference.covariance,
        "features": reference.features,
        **others,
    }


def test_arrays_are_read_when_they_are_needed(tmp_path):
    path = tmp_path / "noise.npz"
    count = 10**6
    np.savez_compressed(
        path,
        **arrays_of(
            make(),
            names={"count": count},
            features=np.zeros((count, 3)),
            unasked=np.zeros(10**7),
        ),
    )
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    metric = FrechetDistance(network(), reference=Reference.load(path))
    metric.update_state(None, IMAGES)
    metric.result()
    assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    tracemalloc.stop()
    assert metric.reference.features.shape == (count, 3)


@pytest.mark.parametrize(
    "others",
    [
        {"mean": np.zeros((3, 1))},
        {"mean": np.zeros(3, int)},
        {"mean": np.zeros(4)},
        {"covariance": np.zeros((3, 4))},
        {"features": np.zeros((19, 3))},
        {"features": np.array([{}], object)},
        {"names": {"count": "many"}},
        {"names": {"colour": "red"}},
    ],
    ids=str,
)
def test_arrays_that_do_not_fit(tmp_path, others):
    path = tmp_path / "noise.npz"
    np.savez(path, **arrays_of(make(), **others))
    with pytest.raises(ValueError, match="that `Reference.save` wrote"):
        Reference.load(path)


@pytest.mark.parametrize("mode", ["clean", "legacy_pytorch"])
def test_a_network_says_how_it_resizes(mode):
    features = FeatureNetwork(network(), resize=mode)
    reference = Reference.from_images([IMAGES], features, "noise", "train")
    assert reference.resize == mode
    assert reference.network == features.name
    plain = Reference.from_images([IMAGES], network(), "noise", "train")
    assert plain.resize == "none"
    given = Reference.from_images([IMAGES], features, "noise", "train", "area")
    assert given.resize == "area"


def test_other_files(tmp_path):
    path = tmp_path / "noise.npz"
    make().save(path)
    whole = path.read_bytes()
    np.savez(tmp_path / "arrays.npz", x=np.zeros(3))
    contents = {
        "empty": b"",
        "text": b"mean,covariance",
        "cut": whole[: len(whole) // 2],
        "arrays": (tmp_path / "arrays.npz").read_bytes(),
    }
    for name, content in contents.items():
        other = tmp_path / name
        other.write_bytes(content)
        with pytest.raises(ValueError, match="that `Reference.save` wrote"):
            Reference.load(other)
    with pytest.raises(FileNotFoundError):
        Reference.load(tmp_path / "missing.npz")


def test_bad_images():
    with pytest.raises(ValueError, match="at least 2 images"):
        Reference.from_images([], network(), "noise", "train")
    with pytest.raises(ValueError, match="Features must be finite"):
        Reference.from_images([IMAGES * np.nan], network(), "noise", "train")
    with pytest.raises(ValueError, match="Images must be float"):
        Reference.from_images(
            [IMAGES.astype("uint8")], network(), "noise", "train"
        )


@pytest.mark.parametrize("metric", [FrechetDistance, KernelDistance])
@pytest.mark.parametrize("reference", ["file.npz", 3, FEATURES])
def test_what_is_no_reference(metric, reference):
    with pytest.raises(ValueError, match="`reference`.*Received: reference="):
        metric(reference=reference)


def test_what_is_no_source():
    with pytest.raises(ValueError, match="`path`.*Received: path=None"):
        Reference.load(None)
    for batches in (None, 3):
        with pytest.raises(ValueError, match="data set. Received"):
            Reference.from_images(batches, network(), "data", "train")
