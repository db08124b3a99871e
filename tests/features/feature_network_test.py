import warnings

import keras
import numpy as np
import pytest
from keras import layers

from keras_generative.features import FeatureNetwork
from keras_generative.features import resize


def pixels_network(*shape, name="pixels"):
    """Its features are the pixels that it is given."""
    images = keras.Input(shape)
    return keras.Model(images, layers.Flatten()(images), name=name)


@keras.saving.register_keras_serializable(package="tests")
def doubled(pixels):
    return 2 * pixels


def make_images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


@pytest.mark.filterwarnings("ignore:The feature network 'pixels'")
def test_images_come_in_the_range_of_the_network():
    images = np.array([-2.0, -1.0, 0.0, 1.0, 2.0], "float32")
    images = images.reshape(1, 5, 1, 1)
    features = FeatureNetwork(pixels_network(5, 1, 1), value_range=(-1, 1))
    np.testing.assert_allclose(features(images), [[0, 0, 0.5, 1, 1]])
    features = FeatureNetwork(
        pixels_network(5, 1, 1),
        value_range=(-1, 1),
        preprocess=lambda x: x / 127.5 - 1,
    )
    np.testing.assert_allclose(features(images), [[-1, -1, 0, 1, 1]])
    assert images[0, 0] == -2.0


def test_clipping_is_said_once():
    features = FeatureNetwork(pixels_network(4, 4, 1))
    rounded = np.clip(make_images(2, 4, 4, 1), 0, 1) * 1.0001
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        features(rounded)
    images = make_images(2, 4, 4, 1)
    images[0, 0, 0], images[0, 0, 1] = -1, 1
    with pytest.warns(UserWarning, match="clips these") as record:
        features(images)
        features(images)
    record = [w for w in record if w.category is UserWarning]
    assert len(record) == 1
    assert "'pixels' was told that images are in [0, 1]" in str(
        record[0].message
    )
    assert "which are in [-1, 1]" in str(record[0].message)
    assert record[0].filename == __file__


def test_float64_images():
    images = make_images(3, 4, 4, 1)
    features = FeatureNetwork(pixels_network(4, 4, 1), value_range=(-1, 1))
    np.testing.assert_array_equal(
        features(images.astype("float64")), features(images)
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_images_that_are_not_finite(value):
    images = make_images(2, 4, 4, 1)
    images[1, 2, 3] = value
    with pytest.raises(ValueError, match="'pixels' takes images .* finite"):
        FeatureNetwork(pixels_network(4, 4, 1))(images)


def test_grey_images_become_three_channels():
    images = make_images(2, 4, 4, 1)
    features = FeatureNetwork(pixels_network(4, 4, 3), value_range=(-1, 1))
    expected = np.repeat(images, 3, axis=-1).reshape(2, -1) / 2 + 0.5
    np.testing.assert_allclose(features(images), expected, atol=1e-6)


@pytest.mark.parametrize("mode", ["clean", "legacy_tensorflow"])
def test_images_of_another_size_are_resized_and_clipped(mode):
    images = np.sign(make_images(2, 9, 9, 1))
    features = FeatureNetwork(
        pixels_network(12, 14, 1), value_range=(-1, 1), resize=mode
    )
    pixels = resize((images + 1) * 127.5, (12, 14), mode)
    overshoots = (pixels > 255.01).any()
    assert overshoots == (mode == "clean")
    expected = np.clip(pixels / 255, 0, 1).reshape(2, -1)
    np.testing.assert_allclose(features(images), expected, atol=1e-5)


def test_a_network_of_any_size_sees_images_as_they_are():
    images = keras.Input((None, None, 1))
    network = keras.Model(images, layers.GlobalMaxPooling2D()(images))
    images = make_images(3, 5, 7, 1)
    features = FeatureNetwork(network, value_range=(-1, 1))
    expected = images.max(axis=(1, 2)) / 2 + 0.5
    np.testing.assert_allclose(features(images), expected, atol=1e-6)


def test_many_images_are_batched():
    sizes = []

    class Network(FeatureNetwork):
        def predict_on_batch(self, images):
            sizes.append(len(images))
            return super().predict_on_batch(images)

    images = make_images(11, 2, 2, 1)
    features = Network(pixels_network(2, 2, 1), value_range=(-1, 1))
    features.batch_size = 4
    expected = images.reshape(11, -1) / 2 + 0.5
    np.testing.assert_allclose(features(images), expected, atol=1e-6)
    assert sizes == [4, 4, 4]


def test_the_name():
    assert FeatureNetwork(pixels_network(2, 2, 1)).name == "pixels"
    named = FeatureNetwork(pixels_network(2, 2, 1), "mine")
    assert named.name == "mine"
    # Other features, which must not go by the same name.
    legacy = FeatureNetwork(pixels_network(2, 2, 1), resize="legacy_pytorch")
    assert legacy.name == "pixels_legacy_pytorch"
    with pytest.raises(ValueError, match="Received: name='a b'"):
        FeatureNetwork(pixels_network(2, 2, 1), "a b")


def test_a_config_comes_back():
    network = FeatureNetwork(
        pixels_network(2, 2, 1),
        "mine",
        (-1, 1),
        doubled,
        "legacy_pytorch",
        batch_size=8,
    )
    config = keras.saving.serialize_keras_object(network)
    loaded = keras.saving.deserialize_keras_object(config)
    assert loaded.name == network.name == "mine_legacy_pytorch"
    assert loaded.batch_size == 8
    images = make_images(3, 4, 4, 1)
    np.testing.assert_array_equal(loaded(images), network(images))


def test_faults():
    with pytest.raises(ValueError, match="Received: value_range="):
        FeatureNetwork(pixels_network(2, 2, 1), value_range=(1, 0))
    with pytest.raises(ValueError, match="Received: resize='area'"):
        FeatureNetwork(pixels_network(2, 2, 1), resize="area")
    with pytest.raises(ValueError, match="Received: batch_size=0"):
        FeatureNetwork(pixels_network(2, 2, 1), batch_size=0)
    for network in (print, pixels_network(4), pixels_network(2, 2, 2)):
        with pytest.raises(ValueError, match="Received: network="):
            FeatureNetwork(network)


@pytest.mark.parametrize(
    "images",
    [
        make_images(2, 4, 1),
        make_images(0, 4, 4, 1),
        make_images(2, 4, 4, 3),
        np.zeros((2, 4, 4, 1), "uint8"),
    ],
    ids=["no channels", "none", "colour", "uint8"],
)
def test_unfit_images(images):
    features = FeatureNetwork(pixels_network(4, 4, 1))
    with pytest.raises(ValueError, match="'pixels' takes .* with 1 channels"):
        features(images)


def test_what_prepares_no_images():
    with pytest.raises(ValueError, match="`preprocess`.*Received: preprocess="):
        FeatureNetwork(pixels_network(4, 4, 1), preprocess="imagenet")


def test_images_of_unequal_lengths():
    with pytest.raises(ValueError, match="`images`.*Received: images="):
        FeatureNetwork(pixels_network(4, 4, 1))([[1], [1, 2]])
