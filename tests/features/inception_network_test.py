import numpy as np

from keras_generative.features.inception_network import inception_network


def test_the_size_of_the_original():
    network = inception_network()
    assert network.output_shape == [(None, 2048), (None, 1008)]
    # That of torchvision for 1,000 classes, without the biases of the last
    # layer, and 8 classes more.
    count = sum(np.prod(w.shape) for w in network.trainable_weights)
    assert count == 23_834_568 - 1000 + 8 * 2048
