import numpy as np
import pytest

from keras_generative.datasets import ShuffledBatches
from tests.test_case import make_compiled
from tests.test_case import make_images


def epoch_of(batches, epoch):
    batches.set_epoch(epoch)
    return np.concatenate([batches[i] for i in range(len(batches))])


def test_an_epoch_has_every_image_once():
    batches = ShuffledBatches(np.arange(11), batch_size=4)
    assert [len(batches[i]) for i in range(len(batches))] == [4, 4, 3]
    for epoch in range(3):
        assert sorted(epoch_of(batches, epoch)) == [*range(11)]


def test_seed_and_epoch_determine_the_order():
    batches, same, other = (
        ShuffledBatches(np.arange(50), seed=seed) for seed in (1, 1, 2)
    )
    late = epoch_of(same, 7)  # without the epochs before
    orders = [epoch_of(batches, epoch) for epoch in range(8)]
    np.testing.assert_array_equal(orders[7], late)
    assert len({tuple(order) for order in orders}) == 8
    assert (epoch_of(other, 7) != late).any()


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_fit_tells_the_epoch_and_keeps_the_order(name):
    images = make_images(12)
    batches = ShuffledBatches(images, batch_size=4, seed=1)
    model, in_order = make_compiled(name), make_compiled(name)
    in_order.set_weights(model.get_weights())
    model.fit(batches, epochs=5, initial_epoch=3, verbose=0)
    for epoch in (3, 4):
        shuffled = epoch_of(ShuffledBatches(images, seed=1), epoch)
        in_order.fit(shuffled, batch_size=4, shuffle=False, verbose=0)
    for weight, expected in zip(model.get_weights(), in_order.get_weights()):
        np.testing.assert_allclose(weight, expected, rtol=1e-5, atol=1e-6)


class Sliced:
    """An array that takes nothing but slices."""

    def __init__(self, array):
        self.array, self.shape, self.dtype = array, array.shape, array.dtype

    def __len__(self):
        return len(self.array)

    def __getitem__(self, key):
        return self.array[key.start : key.stop]


def stored(kind, array, folder):
    if kind == "memmap":
        np.save(folder / "array.npy", array)
        return np.load(folder / "array.npy", mmap_mode="r")
    if kind == "h5py":
        h5py = pytest.importorskip("h5py")
        file = h5py.File(folder / "array.h5", "w")
        return file.create_dataset("array", data=array)
    return {"slices": Sliced, "list": list}[kind](array)


@pytest.mark.parametrize("kind", ["memmap", "h5py", "slices", "list"])
def test_arrays_in_files(kind, tmp_path):
    images = make_images(11)
    labels = np.arange(11)
    expected = ShuffledBatches(images, labels, batch_size=4, seed=1)
    batches = ShuffledBatches(
        stored(kind, images, tmp_path), labels, batch_size=4, seed=1
    )
    for i in range(len(batches)):
        for found, want in zip(batches[i], expected[i]):
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, want)
            assert found.dtype == want.dtype


def test_labels_stay_with_their_images():
    images = np.arange(11)
    batches = ShuffledBatches(images, [f"{i}" for i in images], batch_size=4)
    for epoch in range(2):
        batches.set_epoch(epoch)
        for rows, labels in batches:
            np.testing.assert_array_equal(rows.astype(str), labels)


def test_no_more_than_a_batch_is_read(tmp_path):
    class Counted(Sliced):
        most = 0

        def __getitem__(self, key):
            rows = self.array[key]
            self.most = max(self.most, len(rows))
            return rows

        def __array__(self, *args, **kwargs):
            raise MemoryError

    images, labels = Counted(make_images(11)), Counted(np.arange(11))
    batches = ShuffledBatches(images, labels, batch_size=4)
    assert images.most == labels.most == 0
    list(batches)
    assert images.most == labels.most == 4


def test_value_range_of_uint8():
    images = np.uint8([[0], [51], [255]])
    batches = ShuffledBatches(images, value_range=(-1, 1))
    assert batches[0].dtype == "float32"
    np.testing.assert_allclose(np.sort(batches[0], 0), [[-1], [-0.6], [1]])
    with pytest.raises(ValueError, match="uint8.*dtype=float64"):
        ShuffledBatches(images / 255, value_range=(-1, 1))


@pytest.mark.parametrize("workers", [1, 3])
def test_fit_with_labels_in_files(tmp_path, workers):
    images = stored("memmap", make_images(12), tmp_path)
    batches = ShuffledBatches(
        images, np.arange(12) % 3, batch_size=4, seed=1, workers=workers
    )
    model, in_order = make_compiled("vae"), make_compiled("vae")
    in_order.set_weights(model.get_weights())
    model.fit(batches, epochs=5, initial_epoch=3, verbose=0)
    for epoch in (3, 4):
        shuffled = epoch_of(ShuffledBatches(images, seed=1), epoch)
        in_order.fit(shuffled, batch_size=4, shuffle=False, verbose=0)
    for weight, expected in zip(model.get_weights(), in_order.get_weights()):
        np.testing.assert_allclose(weight, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "images, labels, message",
    [
        (np.arange(4), np.arange(3), "4 images and 3 labels"),
        (np.arange(4), 32, "`labels` must be an array.*int"),
        (np.zeros((0, 4)), None, r"`images`.*at least one.*\(0, 4\)"),
        ((np.arange(4), np.arange(4)), None, "`images`.*tuple"),
        (iter([1]), None, "`images` must be an array"),
    ],
)
def test_wrong_arrays(images, labels, message):
    with pytest.raises(ValueError, match=f"{message}"):
        ShuffledBatches(images, labels)


@pytest.mark.parametrize("arguments", [{"batch_size": 0}, {"seed": -1}])
def test_wrong_arguments(arguments):
    (name, value) = next(iter(arguments.items()))
    with pytest.raises(ValueError, match=f"Received: {name}={value}"):
        ShuffledBatches(np.arange(4), **arguments)
