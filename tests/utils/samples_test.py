import keras
import numpy as np
import pytest

from keras_generative.utils.samples import gather

X = np.arange(22.0).reshape(11, 2).astype("float32")
Y = np.arange(11)


class Batches(keras.utils.PyDataset):
    def __init__(self, with_labels, infinite=False):
        super().__init__()
        self.with_labels, self.infinite = with_labels, infinite

    @property
    def num_batches(self):
        return None if self.infinite else 3

    def __getitem__(self, index):
        part = slice(4 * (index % 3), 4 * (index % 3) + 4)
        return (X[part], Y[part]) if self.with_labels else X[part]


def tensorflow_data(with_labels):
    tf = pytest.importorskip("tensorflow")
    arrays = (X, Y) if with_labels else X
    return tf.data.Dataset.from_tensor_slices(arrays).batch(4)


def torch_data(with_labels):
    torch = pytest.importorskip("torch")
    arrays = [torch.as_tensor(a) for a in ((X, Y) if with_labels else (X,))]
    dataset = torch.utils.data.TensorDataset(*arrays)
    return torch.utils.data.DataLoader(dataset, batch_size=4)


SOURCES = {
    "array": lambda with_labels: (X, Y) if with_labels else X,
    "tensor": lambda with_labels: (
        (keras.ops.convert_to_tensor(X), Y)
        if with_labels
        else keras.ops.convert_to_tensor(X)
    ),
    "list": lambda with_labels: (
        (X.tolist(), Y.tolist()) if with_labels else X.tolist()
    ),
    "weighted": lambda with_labels: (X, Y, Y) if with_labels else (X,),
    "PyDataset": Batches,
    "tf.data": tensorflow_data,
    "DataLoader": torch_data,
    "iterable": lambda with_labels: [
        (X[:6], Y[:6]) if with_labels else X[:6],
        (X[6:], Y[6:]) if with_labels else X[6:],
    ].__iter__(),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("count", [None, 1, 4, 9, 100])
@pytest.mark.parametrize("with_labels", [True, False])
def test_the_first_samples(source, count, with_labels):
    x, y = gather(SOURCES[source](with_labels), count)
    np.testing.assert_array_equal(x, X[:count])
    if with_labels:
        np.testing.assert_array_equal(y, Y[:count])
    else:
        assert y is None


def test_what_never_ends():
    x, _ = gather(Batches(True, infinite=True), 15)
    np.testing.assert_array_equal(x, [*X, *X[:4]])
    tf = pytest.importorskip("tensorflow")
    repeated = tf.data.Dataset.from_tensor_slices(X).batch(4).repeat()
    assert len(gather(repeated, 15)[0]) == 15
    for data in (Batches(True, infinite=True), repeated):
        with pytest.raises(ValueError, match="never end.*Received: data="):
            gather(data)


def test_nothing():
    x, y = gather(iter(()))
    assert x.size == 0 and y is None


class InOrder(keras.utils.PyDataset):
    """Ten classes of 200 samples, one after the other."""

    x = np.arange(2000.0).reshape(-1, 1).astype("float32")

    def __len__(self):
        return 50

    def __getitem__(self, index):
        rows = slice(40 * index, 40 * (index + 1))
        return self.x[rows], np.arange(2000)[rows] // 200


def test_batches_from_all_over_a_py_dataset():
    x, y = gather(InOrder(), 500)
    assert len(x) == 500 and set(y) == set(range(10))
    np.testing.assert_array_equal(x[:, 0] // 200, y)
    np.testing.assert_array_equal(gather(InOrder())[0], InOrder.x)
