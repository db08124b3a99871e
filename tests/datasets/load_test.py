import pickle
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image

from keras_generative import datasets
from keras_generative.utils import LazyModule

GENERATOR = np.random.default_rng(0)


def make_images(num_images, *shape):
    return GENERATOR.integers(0, 256, (num_images, *shape), "uint8")


def save_npz(tmp_path, **arrays):
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    return path


def test_digits():
    (x_train, y_train), (x_test, y_test) = datasets.load("digits")
    assert x_train.shape == (1617, 28, 28, 1)
    assert x_test.shape == (180, 28, 28, 1)
    for images, labels in ((x_train, y_train), (x_test, y_test)):
        assert images.dtype == "float32"
        assert labels.dtype == "int64"
        assert labels.shape == images.shape[:1]
        assert set(labels) == set(range(10))
        assert images.min() == 0.0
        assert images.max() == 1.0
        # The background is exactly black.
        assert (images[:, :4] == 0).all()
        assert (images[:, :, -4:] == 0).all()


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    (x_train, y_train), _ = datasets.load("digits")
    original = load_digits()
    np.testing.assert_array_equal(y_train[:3], original.target[:3])
    # Averaged back to 8x8 cells, the ink is where it was.
    small = Image.fromarray(np.uint8(x_train[0, 4:24, 4:24, 0] * 255))
    small = np.asarray(small.resize((8, 8), Image.Resampling.BOX), "float64")
    correlation = np.corrcoef(small.ravel(), original.images[0].ravel())[0, 1]
    assert correlation > 0.97


@pytest.mark.parametrize("value_range", [(0, 1), (-1, 1), (0, 255)])
def test_value_range(tmp_path, value_range):
    images = np.array([0, 51, 255, 255], "uint8").reshape(2, 1, 2)
    arrays = {"x": images, "y": np.arange(2)}
    path = save_npz(
        tmp_path,
        **{f"{k}_{s}": v for k, v in arrays.items() for s in ("train", "test")},
    )
    (x_train, y_train), (x_test, y_test) = datasets.load(path, value_range)
    low, high = value_range
    expected = np.array([low, low + 0.2 * (high - low), high, high])
    np.testing.assert_allclose(x_train, expected.reshape(2, 1, 2, 1), rtol=1e-6)
    np.testing.assert_array_equal(x_train, x_test)
    assert x_train.max() == high
    np.testing.assert_array_equal(y_train, y_test)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_named_sets_come_from_keras(monkeypatch, name):
    shape = (32, 32, 3) if name == "cifar10" else (28, 28)
    labels = np.arange(3, dtype="uint8")
    labels = labels[:, None] if name == "cifar10" else labels
    images = make_images(3, *shape)
    monkeypatch.setattr(
        getattr(keras.datasets, name),
        "load_data",
        lambda: ((images, labels), (images[:2], labels[:2])),
    )
    (x_train, y_train), (x_test, y_test) = datasets.load(name)
    assert x_train.shape == (3, *shape[:2], 3 if name == "cifar10" else 1)
    np.testing.assert_array_equal(y_train, [0, 1, 2])
    assert len(x_test) == len(y_test) == 2


def test_npz_without_test_set(tmp_path):
    images, labels = make_images(25, 4, 4, 3), np.arange(25)
    path = save_npz(tmp_path, x_train=images, y_train=labels)
    (x_train, y_train), (x_test, y_test) = datasets.load(str(path))
    assert len(y_test) == 3
    assert sorted([*y_train, *y_test]) == list(range(25))
    np.testing.assert_allclose(x_train, images[y_train] / 255, atol=1e-6)
    np.testing.assert_allclose(x_test, images[y_test] / 255, atol=1e-6)
    (_, again), _ = datasets.load(str(path))
    np.testing.assert_array_equal(again, y_train)


def save_images(folder, images, extension="png"):
    folder.mkdir(parents=True, exist_ok=True)
    for i, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{i}.{extension}")


def test_folder_without_classes(tmp_path):
    images = make_images(3, 4, 6)
    save_images(tmp_path / "images", images)
    (x_train, y_train), (x_test, y_test) = datasets.load(tmp_path / "images")
    assert y_train is y_test is None
    found = np.concatenate([x_train, x_test])[..., 0] * 255
    for image in images:
        assert np.isclose(found, image, atol=1e-3).all(axis=(1, 2)).sum() == 1
    assert len(x_train) == 2


def test_folder_with_classes_and_colour(tmp_path):
    save_images(tmp_path / "cats", make_images(2, 4, 4, 3))
    save_images(tmp_path / "dogs", make_images(2, 4, 4))
    (tmp_path / "notes.txt").write_text("not an image")
    (x_train, y_train), (x_test, y_test) = datasets.load(tmp_path)
    assert x_train.shape == (3, 4, 4, 3)
    labels = np.concatenate([y_train, y_test])
    assert sorted(labels) == [0, 0, 1, 1]
    images = np.concatenate([x_train, x_test])
    is_grey = (images[..., 0] == images[..., 2]).all(axis=(1, 2))
    np.testing.assert_array_equal(is_grey, labels == 1)


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"x_train": None}, "array `x_train`"),
        ({"y_train": None}, "array `y_train`"),
        ({"y_test": None}, "array `y_test`"),
        ({"x_train": make_images(3, 4, 4) / 255}, "uint8.*float64"),
        ({"x_train": make_images(3, 4)}, r"shape=\(3, 4\)"),
        ({"x_train": make_images(1, 4, 4)}, "two or more"),
        ({"x_train": make_images(3, 0, 4)}, r"shape=\(3, 0, 4\)"),
        (
            {"y_train": np.arange(2)},
            "one integer label for each image.*3 images and 2 labels",
        ),
        ({"y_train": np.full(3, np.nan)}, "integer.*dtype=float64"),
        ({"y_test": np.array(["cat"] * 3)}, "`y_test`.*dtype=<U3"),
        ({"x_test": np.zeros((3, 4, 4))}, "`x_test`.*float64"),
        ({"x_test": make_images(3, 5, 4)}, r"\(4, 4\) as in.*\(5, 4\)"),
    ],
)
def test_bad_npz(tmp_path, arrays, message):
    good = {
        "x_train": make_images(3, 4, 4),
        "y_train": np.arange(3),
        "x_test": make_images(3, 4, 4),
        "y_test": np.arange(3),
    }
    arrays = {k: v for k, v in (good | arrays).items() if v is not None}
    with pytest.raises(ValueError, match=message):
        datasets.load(save_npz(tmp_path, **arrays))


@pytest.mark.parametrize("content", ["no zip", "half", "npy", "pickle"])
def test_unreadable_npz(tmp_path, content):
    path = save_npz(tmp_path, x_train=make_images(3, 4, 4), y_train=range(3))
    if content == "no zip":
        path.write_bytes(b"not a zip")
    elif content == "half":
        path.write_bytes(path.read_bytes()[:200])
    elif content == "npy":
        with path.open("wb") as file:
            np.save(file, make_images(3, 4, 4))
    else:
        path.write_bytes(pickle.dumps({"x_train": 1}))
    with pytest.raises(ValueError, match="must be an `.npz`.*could not be"):
        datasets.load(path)


def spoiled(path, *names):
    """An `.npz` whose arrays of these names can be read no further than to
    their headers."""
    with zipfile.ZipFile(path) as file:
        arrays = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, array in arrays.items():
            short = name.removesuffix(".npy") in names
            file.writestr(name, array[:128] if short else array)
    return path


def test_only_the_arrays_of_the_layout_are_read(tmp_path):
    images = make_images(4, 4, 4)
    path = save_npz(
        tmp_path,
        x_train=images,
        y_train=np.arange(4),
        weights=np.ones(1000),
        y_test=np.arange(3),
    )
    spoiled(path, "weights", "y_test")
    (_, y_train), (_, y_test) = datasets.load(path)
    assert sorted([*y_train, *y_test]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"x_train": np.ones((10**4, 8, 8))}, "uint8.*float64"),
        ({"y_train": np.zeros(10**4, "uint8")}, "3 images and 10000 labels"),
        ({"x_test": np.zeros((10**4, 5, 5), "uint8")}, r"of \(5, 5\)"),
        ({"y_test": np.array([None] * 10**4)}, "dtype=object"),
    ],
)
def test_headers_are_checked_before_arrays_are_read(tmp_path, arrays, message):
    good = {
        "x_train": make_images(3, 4, 4),
        "y_train": np.arange(3),
        "x_test": make_images(10**4, 4, 4),
        "y_test": np.arange(10**4),
    }
    arrays = {**good, **arrays}
    path = spoiled(save_npz(tmp_path, **arrays), *arrays)
    with pytest.raises(ValueError, match=message):
        datasets.load(path)


def test_an_array_that_ends_too_early(tmp_path):
    path = save_npz(tmp_path, x_train=make_images(3, 4, 4), y_train=range(3))
    with pytest.raises(ValueError, match="could not be read"):
        datasets.load(spoiled(path, "x_train"))


def test_grey_with_alpha_is_grey(tmp_path):
    for i, image in enumerate(make_images(2, 4, 4)):
        Image.fromarray(image).convert("LA").save(tmp_path / f"{i}.png")
    (x_train, _), _ = datasets.load(tmp_path)
    assert x_train.shape == (1, 4, 4, 1)


@pytest.mark.parametrize(
    "name", ["emnist", "no/such/file.npz", "", "a" * 5000, 3, None, ["mnist"]]
)
def test_unknown_name(name):
    with pytest.raises(ValueError, match="'mnist'.*Received"):
        datasets.load(name)


@pytest.mark.parametrize("value_range", [(1, 0), (0, np.inf), 1, (0, 1, 2)])
def test_bad_value_range(value_range):
    with pytest.raises(ValueError, match="low < high.*Received"):
        datasets.load("digits", value_range=value_range)


@pytest.mark.parametrize(
    "arguments",
    [
        {"image_size": (4, 4)},
        {"color_mode": "rgb"},
        {"skip_unreadable": True},
    ],
)
def test_arguments_for_folders(tmp_path, arguments):
    path = save_npz(tmp_path, x_train=make_images(3, 4, 4), y_train=range(3))
    for name in (path, "digits"):
        with pytest.raises(ValueError, match="for a folder.*Received"):
            datasets.load(name, **arguments)


def test_class_names_of_what_is_no_folder():
    assert datasets.load("digits").class_names is None


def test_missing_scikit_learn(monkeypatch):
    missing = LazyModule("no_such_sklearn", pip_name="scikit-learn")
    monkeypatch.setattr(
        "keras_generative.datasets.digits.sklearn_datasets", missing
    )
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        datasets.load("digits")
