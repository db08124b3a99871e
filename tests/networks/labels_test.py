"""Networks that take class labels too."""

import keras
import numpy as np
import pytest

from keras_generative import networks

GENERATOR = np.random.default_rng(0)
NUM_CLASSES = 3
IMAGES, SERIES, VECTORS = (8, 8, 2), (8, 2), (6,)
ENCODERS = [("mlp", VECTORS), ("conv", IMAGES), ("conv1d", SERIES)]
MAKERS = [
    ("mlp_decoder", VECTORS),
    ("mlp_generator", IMAGES),
    ("conv_decoder", IMAGES),
    ("conv1d_decoder", SERIES),
    ("dcgan_generator", IMAGES),
    ("residual_generator", IMAGES),
    ("conv1d_generator", SERIES),
]
DISCRIMINATORS = [
    ("mlp", VECTORS),
    ("dcgan", IMAGES),
    ("residual", IMAGES),
    ("conv1d", SERIES),
]


def encoder_of(kind, shape, **kwargs):
    build = getattr(networks, f"{kind}_encoder")
    return build(shape, 5, num_classes=NUM_CLASSES, **kwargs)


def maker_of(name, shape):
    return getattr(networks, name)(5, shape, num_classes=NUM_CLASSES)


def discriminator_of(kind, shape):
    build = getattr(networks, f"{kind}_discriminator")
    return build(shape, num_classes=NUM_CLASSES)


def noise(shape, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(4, *shape)).astype("float32")


def call(network, inputs, labels):
    outputs = network([inputs, np.array(labels, "int32")])
    return keras.ops.convert_to_numpy(keras.tree.flatten(outputs)[0])


def check_inputs(network, name, shape):
    assert [x.name for x in network.inputs] == [name, "labels"]
    assert network.input_shape == [(None, *shape), (None,)]
    assert network.inputs[1].dtype == "int32"


def check_each_label_is_heard(network, inputs):
    by_class = [call(network, inputs, [label] * 4) for label in range(3)]
    mixed = call(network, inputs, [0, 1, 2, 0])
    for row, label in enumerate([0, 1, 2, 0]):
        np.testing.assert_allclose(
            mixed[row], by_class[label][row], rtol=1e-4, atol=1e-5
        )
    for a, b in [(0, 1), (1, 2), (0, 2)]:
        assert np.abs(by_class[a] - by_class[b]).max() > 1e-3


@pytest.mark.parametrize("kind, shape", ENCODERS)
@pytest.mark.parametrize("gaussian", [False, True])
def test_encoders(kind, shape, gaussian):
    encoder = encoder_of(kind, shape, gaussian=gaussian)
    check_inputs(encoder, "images", shape)
    outputs = keras.tree.flatten(encoder.outputs)
    assert [y.shape for y in outputs] == [(None, 5)] * (1 + gaussian)
    check_each_label_is_heard(encoder, noise(shape))


@pytest.mark.parametrize("name, shape", MAKERS)
def test_decoders_and_generators(name, shape):
    network = maker_of(name, shape)
    check_inputs(network, "z", (5,))
    assert network.output_shape == (None, *shape)
    check_each_label_is_heard(network, noise((5,)))


@pytest.mark.parametrize("kind, shape", DISCRIMINATORS)
def test_discriminators_project_features_on_labels(kind, shape):
    discriminator = discriminator_of(kind, shape)
    check_inputs(discriminator, "images", shape)
    assert discriminator.output_shape == (None, 1)
    linear = discriminator.get_layer("linear")
    directions = GENERATOR.normal(size=(NUM_CLASSES, linear.kernel.shape[0]))
    discriminator.get_layer("directions").set_weights([directions])
    images, labels = noise(shape), np.array([2, 0, 1, 2])

    features = keras.Model(discriminator.inputs[0], linear.input)(images)
    features = keras.ops.convert_to_numpy(features).astype("float64")
    kernel, bias = linear.get_weights()
    expected = features @ kernel + bias
    expected += (directions[labels] * features).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        call(discriminator, images, labels), expected, rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("name, shape", MAKERS)
def test_saves_and_loads(name, shape, tmp_path):
    network = maker_of(name, shape)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    inputs, labels = noise((5,)), [0, 1, 2, 0]
    np.testing.assert_array_equal(
        call(loaded, inputs, labels), call(network, inputs, labels)
    )
