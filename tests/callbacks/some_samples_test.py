import keras
import numpy as np
import pytest

from keras_generative.callbacks.some_samples import some_samples

X = np.arange(2000.0).reshape(-1, 1).astype("float32")
Y = np.arange(2000) // 200


class Batches(keras.utils.PyDataset):
    """In the order of its classes."""

    def __init__(self, batch_size=40, labels=True):
        super().__init__()
        self.batch_size, self.labels = batch_size, labels

    def __len__(self):
        return 2000 // self.batch_size

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return (X[rows], Y[rows]) if self.labels else X[rows]


def test_arrays_are_taken_as_they_are():
    for data, labels in ((X, None), ((X,), None), ((X, Y), Y)):
        x, y = some_samples(data)
        np.testing.assert_array_equal(x, X)
        assert y is labels
    x, _ = some_samples(X[:3].tolist())
    np.testing.assert_array_equal(x, X[:3])


def test_batches_from_all_over_a_py_dataset():
    x, y = some_samples(Batches())
    assert len(x) == len(y) == 520
    assert set(y) == set(range(10))
    np.testing.assert_array_equal(x[:, 0] // 200, y)
    x, y = some_samples(Batches(labels=False))
    assert len(x) == 520 and y is None
    # All there is, where it is few.
    assert len(some_samples(Batches(2000))[0]) == 2000


def test_tensorflow_datasets():
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(64)
    x, y = some_samples(data.repeat())
    np.testing.assert_array_equal(x, X[:512])
    np.testing.assert_array_equal(y, Y[:512])
    x, y = some_samples(data.map(lambda x, y: x).take(2))
    np.testing.assert_array_equal(x, X[:128])
    assert y is None


def test_torch_loaders():
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    loader = torch.utils.data.DataLoader(data, batch_size=300)
    x, y = some_samples(loader)
    np.testing.assert_array_equal(x, X[:600])
    np.testing.assert_array_equal(y, Y[:600])


def test_an_empty_data_set():
    class Empty(keras.utils.PyDataset):
        def __len__(self):
            return 0

        def __getitem__(self, index):
            raise IndexError(index)

    with pytest.raises(ValueError, match="is empty. Received: data="):
        some_samples(Empty())
