import keras
from keras import layers

from keras_generative.features.checked_file import CheckedFile
from keras_generative.features.feature_network import check_outputs
from keras_generative.features.inception_network import inception_network
from keras_generative.features.pretrained_network import PretrainedNetwork
from keras_generative.features.torch_file import read_torch_file
from keras_generative.utils.validation import check_fit

NAMES = {
    "features": "fid_inception",
    "probabilities": "fid_inception_probabilities",
}
LAYERS = {"features": "features", "probabilities": "fc"}
URL = (
    "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
    "pt_inception-2015-12-05-6726825d.pth"
)
# What torch calls the weights of Keras' layers.
ARRAYS = {
    layers.Conv2D: ["weight"],
    layers.BatchNormalization: [
        "weight",
        "bias",
        "running_mean",
        "running_var",
    ],
    layers.Dense: ["weight"],
}
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


@keras.saving.register_keras_serializable(package="keras_generative")
class FIDInception(PretrainedNetwork):
    """The Inception of 2015, in whose features the "FID" is defined.

    Its weights, 96 MB, are downloaded once, from where the original ones are
    kept as torch has them, and are read without torch. That is when images
    first come, and not before. Whatever their source, their hash is checked.
    The features of other weights, whose hash is then in the name, and of
    other versions of Inception v3, as of `KerasApplication`, give other
    figures.

    Args:
        outputs: `"features"`, 2,048 of them, for distances, or
            `"probabilities"` of the 1,008 classes, for an inception score.
            Defaults to `"features"`.
        value_range: Pair of numbers, the values of black and of full
            brightness of the images. Defaults to `(0, 1)`.
        resize: `"clean"` for figures of clean-fid, or a legacy mode for those
            of most papers, see `resize`. Defaults to `"clean"`.
        weights: String or path, the file of weights or its URL, which must
            begin with `https://`. Defaults to the URL of the original ones.
        sha256: String, the hash of the file, of 64 hexadecimal digits.
            Defaults to that of the original.

    Raises:
        ValueError: If an argument is none of the above; when used, if the
            file has another hash or other weights. A download is then
            removed.
        OSError: When used, if the download fails.

    Example:

    >>> features = FIDInception(value_range=(-1, 1))
    >>> distance = kg.metrics.FrechetDistance(features)
    >>> distance.name
    'fid_inception_frechet_distance'
    >>> probabilities = FIDInception("probabilities", value_range=(-1, 1))
    >>> score = kg.metrics.InceptionScore(probabilities)
    >>> score.name
    'fid_inception_probabilities_inception_score'

    Reference:

    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500).
    """

    def __init__(
        self,
        outputs="features",
        value_range=(0, 1),
        resize="clean",
        weights=URL,
        sha256=SHA256,
    ):
        check_outputs(outputs, NAMES)
        self.outputs = outputs
        self.file = CheckedFile(weights, sha256)
        name = NAMES[outputs]
        if self.file.sha256 != SHA256:
            name += f"_{self.file.sha256[:8]}"
        super().__init__(
            name,
            value_range,
            # Each mode comes with the scale of those who use it.
            scaled_pytorch if resize == "legacy_pytorch" else scaled,
            resize,
        )

    def make_network(self):
        arrays = read_torch_file(self.file.path())
        network = inception_network()
        set_arrays(network, arrays)
        outputs = network.get_layer(LAYERS[self.outputs]).output
        return keras.Model(network.input, outputs)

    def get_config(self):
        return {
            "outputs": self.outputs,
            "value_range": self.value_range,
            "resize": self.resize,
            "weights": self.file.source,
            "sha256": self.file.sha256,
        }


def scaled(pixels):
    return (pixels - 128) / 128


def scaled_pytorch(pixels):
    return pixels / 127.5 - 1


def set_arrays(network, arrays):
    """Gives each layer the weights that torch has under its name."""
    for layer in network.layers:
        prefix = layer.name.replace("-", ".")
        names = [f"{prefix}.{n}" for n in ARRAYS.get(type(layer), ())]
        layer.set_weights(
            [
                _array(arrays, name, weight.shape)
                for name, weight in zip(names, layer.weights)
            ]
        )


def _array(arrays, name, shape):
    if name not in arrays:
        raise ValueError(
            f"The file of weights must have an array '{name}'. "
            f"Received: {sorted(arrays)[:5]} and others"
        )
    array = arrays[name]
    if array.ndim > 1:
        # Outputs come first, and then inputs, in torch.
        array = array.transpose((*range(2, array.ndim), 1, 0))
    check_fit(array.shape, shape, f"Weights '{name}'")
    return array
