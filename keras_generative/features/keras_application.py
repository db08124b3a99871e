import pathlib
import re

import keras

from keras_generative.features.feature_network import check_outputs
from keras_generative.features.pretrained_network import PretrainedNetwork
from keras_generative.utils.validation import check_path
from keras_generative.utils.validation import check_positive_integer

OUTPUTS = {"features": "", "probabilities": "_probabilities"}


@keras.saving.register_keras_serializable(package="keras_generative")
class KerasApplication(PretrainedNetwork):
    """A network of `keras.applications`, under its own name.

    Its `"InceptionV3"` is not the Inception of which papers give the FID, see
    `FIDInception`. What its features depend on is in the name: the network,
    the size of its images, and its weights if these are not ImageNet's.

    Args:
        application: String, the name of a function of `keras.applications`.
            Defaults to `"InceptionV3"`.
        outputs: `"features"`, the means of the last feature maps, for
            distances, or `"probabilities"` of the classes, for an inception
            score. Defaults to `"features"`.
        value_range: Pair of numbers, the values of black and of full
            brightness of the images. Defaults to `(0, 1)`.
        resize: See `FeatureNetwork`. Defaults to `"clean"`.
        image_size: Integer, height and width that images are resized to.
            Defaults to `299`. Many networks were trained with 224.
        weights: `"imagenet"`, which Keras downloads, the path of a local file
            of weights, or `None` for random ones. They are downloaded or
            read when images first come. Defaults to `"imagenet"`.

    Raises:
        ValueError: If an argument is none of the above; when used, if
            weights, size and network do not fit each other.

    Example:

    >>> features = KerasApplication("ResNet50V2", image_size=224)
    >>> distance = kg.metrics.FrechetDistance(features)
    >>> distance.name
    'keras_resnet50v2_224_frechet_distance'
    """

    def __init__(
        self,
        application="InceptionV3",
        outputs="features",
        value_range=(0, 1),
        resize="clean",
        image_size=299,
        weights="imagenet",
    ):
        check_outputs(outputs, OUTPUTS)
        image_size = check_positive_integer(image_size, "image_size")
        module = _module_of(application)
        super().__init__(
            f"keras_{application.lower()}_{image_size}{_suffix(weights)}"
            f"{OUTPUTS[outputs]}",
            value_range,
            module.preprocess_input,
            resize,
        )
        self.arguments = {
            "application": application,
            "outputs": outputs,
            "value_range": self.value_range,
            "resize": resize,
            "image_size": image_size,
            "weights": weights if weights is None else str(weights),
        }

    def make_network(self):
        application, size = (
            self.arguments[key] for key in ("application", "image_size")
        )
        return getattr(_module_of(application), application)(
            include_top=self.arguments["outputs"] == "probabilities",
            weights=self.arguments["weights"],
            input_shape=(size, size, 3),
            pooling="avg",
        )

    def get_config(self):
        return dict(self.arguments)


def _module_of(application):
    """The module of `keras.applications` with a network."""
    for module in vars(keras.applications).values():
        if hasattr(module, "preprocess_input") and (
            callable(getattr(module, str(application), None))
            and str(application)[0].isupper()
        ):
            return module
    raise ValueError(
        "Argument `application` must be the name of a network of "
        "`keras.applications`, such as 'InceptionV3'. "
        f"Received: application={application!r}"
    )


def _suffix(weights):
    if weights == "imagenet":
        return ""
    if weights is None:
        return "_untrained"
    if "://" in str(weights):
        # Keras would follow some, without a hash to check.
        raise ValueError(
            "Argument `weights` must be 'imagenet', `None`, or the path of a "
            f"local file. Received: weights={weights!r}"
        )
    name = pathlib.Path(check_path(weights, "weights")).name.split(".")[0]
    return "_" + re.sub(r"\W", "_", name)
