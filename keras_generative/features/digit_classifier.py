import pathlib

import keras
from keras import layers

from keras_generative.features.feature_network import check_outputs
from keras_generative.features.pretrained_network import PretrainedNetwork
from keras_generative.utils.array_file import array_names
from keras_generative.utils.array_file import read_array

WEIGHTS = pathlib.Path(__file__).with_name("digit_classifier.npz")
NAMES = {"features": "digit_classifier", "probabilities": "digit_probabilities"}


@keras.saving.register_keras_serializable(package="keras_generative")
class DigitClassifier(PretrainedNetwork):
    """A small classifier of grey handwritten digits, which comes trained.

    It tells 99.44 % of the test images of MNIST apart, and needs no download.
    Its features are what the classes are read off, and take the place that
    Inception's have for photographs. Images of other sizes than 28x28 are
    resized. Figures in these features compare with each other alone.

    Args:
        outputs: `"features"`, 64 of them, for distances, or
            `"probabilities"` of the ten digits, for an inception score and to
            count the digits that a model makes. Defaults to `"features"`.
        value_range: Pair of numbers, the values of paper and ink of the
            images. Defaults to `(0, 1)`.
        resize: See `FeatureNetwork`. Defaults to `"clean"`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> distance = kg.metrics.FrechetDistance(DigitClassifier())
    >>> distance.name
    'digit_classifier_frechet_distance'
    >>> probabilities = DigitClassifier("probabilities")(images)
    >>> np.bincount(probabilities.argmax(axis=1), minlength=10)
    """

    def __init__(self, outputs="features", value_range=(0, 1), resize="clean"):
        check_outputs(outputs, NAMES)
        super().__init__(
            NAMES[outputs], value_range, None, resize, batch_size=256
        )
        self.outputs = outputs

    def make_network(self):
        network = digit_network()
        # Kept in half precision.
        network.set_weights(
            [
                read_array(WEIGHTS, name, weight.shape, "f").astype("float32")
                for name, weight in zip(array_names(WEIGHTS), network.weights)
            ]
        )
        return keras.Model(
            network.input, network.get_layer(self.outputs).output
        )

    def get_config(self):
        return {
            "outputs": self.outputs,
            "value_range": self.value_range,
            "resize": self.resize,
        }


def digit_network():
    """The classifier, untrained: (batch, 28, 28, 1) to ten probabilities."""
    images = x = keras.Input((28, 28, 1), name="images")
    for block, filters in enumerate(((16, 16), (32, 32), (64, 64))):
        if block:
            x = layers.MaxPooling2D()(x)
        for count in filters:
            x = layers.Conv2D(count, 3, padding="same", activation="relu")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dense(10, activation="softmax", name="probabilities")(x)
    return keras.Model(images, x, name="digit_classifier")
