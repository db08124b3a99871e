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


@pytest.mark.parametrize("arguments", [{"batch_size": 0}, {"seed": -1}])
def test_wrong_arguments(arguments):
    (name, value) = next(iter(arguments.items()))
    with pytest.raises(ValueError, match=f"Received: {name}={value}"):
        ShuffledBatches(np.arange(4), **arguments)
