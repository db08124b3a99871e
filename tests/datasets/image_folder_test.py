import pickle

import keras
import numpy as np
import pytest
from PIL import Image

from keras_generative.datasets import ImageFolder
from keras_generative.datasets import ShuffledBatches
from tests.datasets.folder_test import save
from tests.datasets.folder_test import spoil
from tests.test_case import IMAGE_SHAPE
from tests.test_case import make_compiled

COLOR = "rgb" if IMAGE_SHAPE[-1] == 3 else "grayscale"


@pytest.fixture
def photos(tmp_path):
    """A folder of 11 grey images, of value 0 to 10, in two classes."""
    for i in range(11):
        name = "cats" if i < 5 else "dogs"
        grey = np.full(IMAGE_SHAPE[:2], i, "uint8")
        save(tmp_path / f"photos/{name}/{i:02}.png", grey)
    return tmp_path / "photos"


def stream(path, **arguments):
    arguments = {"batch_size": 4, "value_range": (0, 255), **arguments}
    return ImageFolder(path, IMAGE_SHAPE[:2], color_mode=COLOR, **arguments)


def values(batches, epoch=0):
    """The values of an epoch's images, and their labels."""
    batches.set_epoch(epoch)
    images, labels = zip(*(batches[i] for i in range(len(batches))))
    images = np.concatenate(images)
    assert images.dtype == "float32"
    assert images.shape[1:] == IMAGE_SHAPE
    return images[:, 0, 0, 0].round(), np.concatenate(labels)


def test_batches(photos):
    batches = stream(photos)
    assert [len(batches[i][0]) for i in range(len(batches))] == [4, 4, 3]
    for epoch in range(3):
        images, labels = values(batches, epoch)
        assert sorted(images) == [*range(11)]
        np.testing.assert_array_equal(labels, images >= 5)
    assert labels.dtype == "int64"
    assert batches.class_names == ["cats", "dogs"]
    assert batches.file_paths[-1].endswith("10.png")


def test_the_order_is_that_of_shuffled_batches(photos):
    expected = ShuffledBatches(np.arange(11), seed=3)
    for epoch in (7, 0):
        expected.set_epoch(epoch)
        images, _ = values(stream(photos, seed=3), epoch)
        np.testing.assert_array_equal(images, expected[0])


def test_in_the_order_of_the_paths(photos):
    images, _ = values(stream(photos, shuffle=False), epoch=4)
    np.testing.assert_array_equal(images, range(11))


def test_without_classes(photos):
    batches = stream(photos / "dogs", value_range=(-1, 1))
    assert batches.class_names is batches.labels is None
    assert batches[0].shape == (4, *IMAGE_SHAPE)
    assert batches[0].max() < -0.9


@pytest.mark.parametrize("workers", [1, 3])
def test_fit_reads_what_the_epoch_asks_for(photos, workers):
    model, in_order = make_compiled("vae"), make_compiled("vae")
    in_order.set_weights(model.get_weights())
    scaled = {"value_range": (0, 1), "seed": 1}
    batches = stream(photos, workers=workers, **scaled)
    model.fit(batches, epochs=5, initial_epoch=3, verbose=0)
    same = stream(photos, **scaled)
    for epoch in (3, 4):
        same.set_epoch(epoch)
        images = np.concatenate([same[i][0] for i in range(len(same))])
        in_order.fit(images, batch_size=4, shuffle=False, verbose=0)
    for weight, expected in zip(model.get_weights(), in_order.get_weights()):
        np.testing.assert_allclose(weight, expected, rtol=1e-5, atol=1e-6)


def test_classifiers_of_keras_take_it(photos):
    model = keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    logs = model.fit(stream(photos, workers=2), epochs=2, verbose=0).history
    assert np.isfinite(logs["loss"]).all()


def test_unreadable_files(tmp_path):
    spoil(tmp_path)
    with pytest.raises(ValueError, match="(?s)2 of 6.*b.png.*d.png"):
        stream(tmp_path)
    with pytest.warns(UserWarning, match="2 of 6") as warned:
        batches = stream(tmp_path, skip_unreadable=True, batch_size=2)
    assert warned[0].filename == stream.__code__.co_filename
    # That one file ends too early is seen when it is decoded, and said once.
    with pytest.warns(UserWarning, match="1 of 2 images") as warned:
        for epoch in range(3):
            batches.set_epoch(epoch)
            sizes = [len(batches[i]) for i in range(2)]
            assert sorted(sizes) == [1, 2]
    assert len(warned) == 1
    for name in "bd":
        (tmp_path / f"{name}.png").unlink()
    batches = stream(tmp_path)
    with pytest.raises(ValueError, match="(?s)1 of 4.*f.png"):
        batches[0]


def test_labels_of_the_images_that_could_be_read(tmp_path):
    for name in ("cats", "dogs"):
        spoil(tmp_path / name)
    with pytest.warns(UserWarning, match="4 of 12"):
        batches = stream(
            tmp_path, skip_unreadable=True, shuffle=False, batch_size=8
        )
    with pytest.warns(UserWarning, match="2 of 8"):
        images, labels = batches[0]
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(images) == 6


def test_no_more_than_a_batch_is_decoded(photos, monkeypatch):
    decoded = []
    load = Image.Image.convert
    monkeypatch.setattr(
        Image.Image,
        "convert",
        lambda self, *args: decoded.append(id(self)) or load(self, *args),
    )
    batches = stream(photos)
    assert not decoded
    batches[0]
    assert 0 < len(set(decoded)) <= 3 * 4


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"batch_size": 0}, "positive integer.*batch_size=0"),
        ({"seed": -1}, "seed=-1"),
        ({"split": "test"}, r"one of \['train'\].*split='test'"),
        ({"split": ["train"]}, r"split=\['train'\]"),
    ],
)
def test_wrong_arguments(photos, arguments, message):
    with pytest.raises(ValueError, match=message):
        stream(photos, **arguments)


def test_sizes_and_colours_are_not_guessed(photos):
    with pytest.raises(ValueError, match="image_size=None"):
        ImageFolder(photos, None)
    with pytest.raises(ValueError, match="color_mode=None"):
        ImageFolder(photos, (4, 4), color_mode=None)


def test_numpy_integers(photos):
    size, batch_size = np.array(IMAGE_SHAPE[:2]), np.int32(4)
    batches = ImageFolder(
        photos, tuple(size), batch_size=batch_size, seed=np.uint8(1)
    )
    assert batches[0][0].shape == (4, *IMAGE_SHAPE[:2], 3)


def test_processes_may_have_copies(photos):
    batches = stream(photos, seed=2)
    batches.set_epoch(5)
    copy = pickle.loads(pickle.dumps(batches))
    for found, expected in zip(copy[1], batches[1]):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "name", ["shuffle", "skip_unreadable", "crop_to_aspect_ratio"]
)
def test_bad_switches(photos, name):
    with pytest.raises(ValueError, match=f"`{name}`.*Received: {name}='no'"):
        stream(photos, **{name: "no"})
