"""Which images each step sees of arrays, however `fit` hands these over."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from tests.test_case import IMAGE_SHAPE
from tests.test_case import make_autoencoder


def numbered_images(num_images=20):
    """Images whose pixels are all the number of the image, from 0."""
    numbers = np.arange(num_images, dtype="float32")
    return np.tile(numbers[:, None, None, None], (1, *IMAGE_SHAPE))


class Watched:
    """An autoencoder that keeps the numbers of the images of each batch."""

    def __init__(self):
        self.model = make_autoencoder()
        self.model.compile("sgd", "mse", run_eagerly=True)
        self.batches = []
        self.unpack, self.model.unpack = self.model.unpack, self.watch

    def watch(self, data):
        batch = self.unpack(data)
        numbers = ops.convert_to_numpy(batch[0])[:, 0, 0, 0]
        self.batches.append(numbers.astype(int).tolist())
        return batch

    def fit(self, *args, **kwargs):
        """The batches of one `fit`."""
        self.batches.clear()
        self.model.fit(*args, verbose=0, **kwargs)
        return list(self.batches)


IN_ORDER = [list(range(8)), list(range(8, 16)), list(range(16, 20))]


@pytest.mark.parametrize("with_labels", [False, True])
def test_in_order(with_labels):
    labels = np.zeros(20) if with_labels else None
    batches = Watched().fit(
        numbered_images(), labels, batch_size=8, epochs=2, shuffle=False
    )
    assert batches == 2 * IN_ORDER


def test_shuffled_each_epoch_anew():
    batches = Watched().fit(numbered_images(), batch_size=8, epochs=3)
    assert [len(batch) for batch in batches] == 3 * [8, 8, 4]
    epochs = [sum(batches[i : i + 3], []) for i in (0, 3, 6)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(20))
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_the_seed_of_keras_decides_on_the_order():
    orders = []
    for seed in (1, 1, 2):
        watched = Watched()
        keras.utils.set_random_seed(seed)
        orders.append(watched.fit(numbered_images(), batch_size=8))
    assert orders[0] == orders[1] != orders[2]


def test_batches_of_32_by_default():
    batches = Watched().fit(numbered_images(70))
    assert [len(batch) for batch in batches] == [32, 32, 6]


def test_arguments_by_position():
    """Keras' order is x, y, batch_size, epochs."""
    batches = Watched().fit(numbered_images(), None, 8, 2, shuffle=False)
    assert batches == 2 * IN_ORDER


@pytest.mark.parametrize("sizes", [{}, {"validation_batch_size": 4}])
def test_validation_data_come_in_order(sizes):
    data = (numbered_images(8),)
    batches = Watched().fit(
        100 + numbered_images(8), batch_size=8, validation_data=data, **sizes
    )
    expected = [[0, 1, 2, 3], [4, 5, 6, 7]] if sizes else [list(range(8))]
    assert batches[1:] == expected


def test_validation_split_takes_the_last_images():
    batches = Watched().fit(
        numbered_images(), batch_size=8, validation_split=0.6, shuffle=False
    )
    assert batches == [list(range(8)), list(range(8, 16)), [16, 17, 18, 19]]


def test_steps_per_epoch():
    """The second epoch goes on where the first one has ended."""
    batches = Watched().fit(
        numbered_images(16), batch_size=4, epochs=2, steps_per_epoch=2
    )
    assert sorted(sum(batches, [])) == list(range(16))


def test_labels_of_another_number():
    with pytest.raises(ValueError, match="cardinality"):
        Watched().fit(numbered_images(), np.zeros(19))


@pytest.mark.skipif(
    keras.config.backend() != "tensorflow", reason="Others keep Keras' own."
)
def test_nothing_is_tuned_while_batches_are_read():
    """The thread that tunes holds up the end of every other epoch or so."""
    arrays = (numbered_images().astype("float64"), np.arange(20))
    dataset = backend.batches(arrays, 10, shuffle=True)
    assert dataset.options().autotune.enabled is False
    images, labels = dataset.element_spec
    assert images.shape == (10, *IMAGE_SHAPE) and images.dtype == "float32"
    for images, labels in dataset:
        np.testing.assert_array_equal(images[:, 0, 0, 0], labels)


@pytest.mark.parametrize(
    "name, value",
    [
        ("verbose", "loud"),
        ("verbose", 3),
        ("verbose", np.ones(2)),
        ("shuffle", "batch"),
        ("shuffle", np.ones(2)),
    ],
)
def test_choices_that_fit_does_not_have(name, value):
    model = make_autoencoder()
    model.compile()
    with pytest.raises(ValueError, match=f"`{name}`.*Received: {name}="):
        model.fit(numbered_images(), **{name: value})


@pytest.mark.parametrize(
    "name, value", [("verbose", np.ones(2)), ("return_dict", "yes")]
)
def test_choices_that_evaluate_does_not_have(name, value):
    model = make_autoencoder()
    model.compile()
    with pytest.raises(ValueError, match=f"`{name}`.*Received: {name}="):
        model.evaluate(numbered_images(), **{name: value})


def test_arrays_in_the_place_of_choices():
    with pytest.raises(ValueError, match="`run_eagerly`.*Received: run_eag"):
        make_autoencoder().compile(run_eagerly=np.ones(2))
