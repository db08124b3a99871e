import json

import keras
import numpy as np
import pytest

from keras_generative.features import KerasApplication


def make_images():
    shape = (2, 32, 32, 1)
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def test_features_are_those_of_the_application(tmp_path):
    keras.utils.set_random_seed(1)
    network = keras.applications.MobileNet(
        include_top=False,
        weights=None,
        input_shape=(32, 32, 3),
        pooling="avg",
        alpha=1.0,
    )
    path = tmp_path / "my-net.weights.h5"
    network.save_weights(path)
    features = KerasApplication(
        "MobileNet", value_range=(-1, 1), image_size=32, weights=path
    )
    assert features.name == "keras_mobilenet_32_my_net"
    # The network takes [-1, 1], as the images are already.
    images = make_images()
    expected = network.predict_on_batch(np.repeat(images, 3, axis=-1))
    np.testing.assert_allclose(features(images), expected, atol=1e-4)
    config = json.loads(
        json.dumps(keras.saving.serialize_keras_object(features))
    )
    loaded = keras.saving.deserialize_keras_object(config)
    assert loaded.name == features.name
    np.testing.assert_allclose(loaded(images), expected, atol=1e-4)


def test_probabilities():
    features = KerasApplication(
        "MobileNet", "probabilities", image_size=32, weights=None
    )
    assert features.name == "keras_mobilenet_32_untrained_probabilities"
    probabilities = features(np.abs(make_images()))
    assert probabilities.shape == (2, 1000)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-4)


def test_faults():
    for name in ("MobileNe", "preprocess_input", None):
        with pytest.raises(ValueError, match="Received: application="):
            KerasApplication(name)
    with pytest.raises(ValueError, match="Received: outputs='logits'"):
        KerasApplication(outputs="logits")
    for url in ("https://a.b/c.h5", "gs://a/b.h5"):
        with pytest.raises(ValueError, match="local file. Received: weights="):
            KerasApplication(weights=url)
    with pytest.raises(ValueError, match="Received: image_size=0"):
        KerasApplication(image_size=0)
