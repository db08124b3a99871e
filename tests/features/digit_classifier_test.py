import hashlib
import json

import keras
import numpy as np
import pytest

from keras_generative import datasets
from keras_generative.features import DigitClassifier
from keras_generative.features.digit_classifier import WEIGHTS
from keras_generative.features.digit_classifier import digit_network


def test_the_weights_are_those_that_were_measured():
    # Figures in other features would go by the same name.
    digest = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert (
        digest
        == "6d375c7ab7df756cb93c2c746db2086d06643eb75931d3d17d820e40ff9b171e"
    )
    assert WEIGHTS.stat().st_size < 150_000


def test_a_convolution_by_hand():
    """The first layer, as numpy computes it from the file."""
    with np.load(WEIGHTS) as file:
        kernel, bias = (file[key].astype("float64") for key in file.files[:2])
    images = np.random.default_rng(0).uniform(size=(1, 28, 28, 1))
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
    expected = np.einsum("nyxcij,ijcf->nyxf", windows, kernel) + bias
    network = DigitClassifier().network
    first = network.layers[1](images.astype("float32"))
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(first), np.maximum(expected, 0), atol=1e-5
    )


def test_every_backend_gives_these_features():
    ramp = np.linspace(0, 1, 28, dtype="float32")
    images = (ramp[:, None] * ramp)[None, :, :, None]
    features = DigitClassifier()(images)
    assert features.shape == (1, 64)
    np.testing.assert_allclose(
        features[0, :4], [0.22591, 0.37601, 0.04339, 0.37778], atol=1e-4
    )


def test_handwritten_digits_are_told_apart():
    # Of other writers, and in 8x8 pixels.
    (images, labels), _ = datasets.load("digits", value_range=(-1, 1))
    classifier = DigitClassifier("probabilities", value_range=(-1, 1))
    probabilities = classifier(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.9


def test_features_and_probabilities_have_names_of_their_own():
    features, probabilities = (
        DigitClassifier(outputs) for outputs in ("features", "probabilities")
    )
    assert features.name == "digit_classifier"
    assert probabilities.name == "digit_probabilities"
    images = np.random.default_rng(0).uniform(size=(3, 28, 28, 1))
    kernel, bias = probabilities.network.get_weights()[-2:]
    logits = features(images.astype("float32")) @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        probabilities(images.astype("float32")), expected, atol=1e-5
    )


def test_a_config_comes_back_with_weights():
    classifier = DigitClassifier("probabilities", (-1, 1), "legacy_pytorch")
    assert classifier.name == "digit_probabilities_legacy_pytorch"
    config = keras.saving.serialize_keras_object(classifier)
    loaded = keras.saving.deserialize_keras_object(
        json.loads(json.dumps(config))
    )
    assert loaded.name == classifier.name
    images = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 1))
    images = images.astype("float32")
    np.testing.assert_array_equal(loaded(images), classifier(images))


def test_the_network_is_small():
    assert digit_network().count_params() < 75_000


def test_faults():
    with pytest.raises(ValueError, match="Received: outputs='logits'"):
        DigitClassifier("logits")
    with pytest.raises(ValueError, match="with 1 channels"):
        DigitClassifier()(np.zeros((2, 28, 28, 3), "float32"))
