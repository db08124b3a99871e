import functools

import keras
import numpy as np
from keras import ops

from keras_generative.metrics import reference_file
from keras_generative.metrics.extraction import check_network
from keras_generative.metrics.extraction import extract
from keras_generative.metrics.extraction import name_of
from keras_generative.metrics.moments import Moments
from keras_generative.metrics.reference_file import ARRAYS
from keras_generative.metrics.reference_file import NAMES
from keras_generative.metrics.reference_file import ReferenceFile
from keras_generative.utils.batches import check_is_data
from keras_generative.utils.validation import check_path


@keras.saving.register_keras_serializable(package="keras_generative")
class Reference:
    """Statistics of the real images of a data set, to be computed once.

    Metrics take it as `reference=`, in the place of real images. Its file says
    of what images it is, as figures against others do not compare. Arrays in
    a file are read when they are needed, each alone: a Frechet distance never
    reads the features. A config holds the path and the names, and the file is
    opened, and compared with the names, when a metric is used.

    Args:
        data: String, the name of the data set.
        split: String, e.g. `"train"`.
        count: Integer, number of images.
        network: String, the name of the network that made the features.
        resize: String, how images were brought to the size of the network.
        mean: Float64 array of shape (dim,).
        covariance: Float64 array of shape (dim, dim).
        features: Array of shape (count, dim), or `None` for metrics that need
            no more than mean and covariance. Defaults to `None`.

    Example:

    >>> reference = Reference.from_images(
    ...     batches, network, data="cifar10", split="train"
    ... )
    >>> reference.save("cifar10_train.npz")
    >>> reference = Reference.load("cifar10_train.npz", split="train")
    >>> metric = FrechetDistance(network, reference=reference)
    >>> metric.update_state(None, fake)
    """

    def __init__(
        self,
        data,
        split,
        count,
        network,
        resize,
        mean,
        covariance,
        features=None,
    ):
        self.data = data
        self.split = split
        self.count = count
        self.network = network
        self.resize = resize
        self.path = None
        self.has_features = features is not None
        self._arrays = {
            "mean": mean,
            "covariance": covariance,
            "features": features,
        }

    @property
    def mean(self):
        """Means of the features, of shape (dim,)."""
        return self._array("mean")

    @property
    def covariance(self):
        """Their covariance, of shape (dim, dim)."""
        return self._array("covariance")

    @property
    def features(self):
        """The features, of shape (count, dim), or `None` if not kept."""
        return self._array("features") if self.has_features else None

    @property
    def dim(self):
        """Number of features of an image."""
        return len(self.mean)

    @property
    def names(self):
        """Dict of what the file names: data, split, count and so on."""
        return {name: getattr(self, name) for name in NAMES}

    @classmethod
    def from_images(
        cls, batches, features, data, split, resize=None, keep_features=True
    ):
        """Computes a reference, by one pass over real images.

        Args:
            batches: Iterable of batches of images as `features` takes them,
                or of tuples that begin with images.
            features: Function or `keras.Model` that takes images to features
                of shape (batch, dim), with a `name`.
            data: String, the name of the data set.
            split: String, e.g. `"train"`.
            resize: String, how the images were brought to the size of the
                network. Defaults to what the network says of itself, as a
                `FeatureNetwork` does, or else to `"none"`.
            keep_features: Boolean, whether to keep the features of each
                image, which all metrics but `FrechetDistance` need.

        Returns:
            A `Reference`.

        Raises:
            ValueError: If there are fewer than 2 images, or features that are
                not finite.
        """
        check_network(features)
        if not isinstance(batches, list):
            check_is_data(batches)
        moments, kept, count = Moments("real"), [], 0
        for batch in batches:
            images = batch[0] if isinstance(batch, (tuple, list)) else batch
            x = ops.convert_to_numpy(extract(features, images))
            if not moments.variables:
                moments.build(x.shape[1])
            moments.update_state(x)
            count += len(x)
            if keep_features:
                kept.append(x)
        mean, covariance = moments.result()
        if resize is None:
            resize = getattr(features, "resize", "none")
        return cls(
            data,
            split,
            count,
            name_of(features),
            resize,
            mean,
            covariance,
            np.concatenate(kept) if keep_features else None,
        )

    def save(self, path):
        """Writes a file, whole or not at all.

        Args:
            path: String or path, ending in `.npz`.
        """
        arrays = {name: getattr(self, name) for name in ARRAYS}
        if not self.has_features:
            del arrays["features"]
        reference_file.write(path, self.names, arrays)
        self.path = str(path)

    @classmethod
    def load(cls, path, **expected):
        """Reads a file that `save` wrote.

        Args:
            path: String or path.
            **expected: What the file must name, of `data`, `split`, `count`,
                `network` and `resize`.

        Raises:
            ValueError: If it names something else, or is another file.
        """
        file = ReferenceFile(check_path(path, "path"))
        file.check_names(expected)
        return cls._of_file(path, file.names, file.has_features)

    @classmethod
    def _of_file(cls, path, names, has_features):
        reference = cls(**names, mean=None, covariance=None)
        reference.path = str(path)
        reference.has_features = has_features
        reference._arrays = {}
        return reference

    @functools.cached_property
    def _file(self):
        file = ReferenceFile(self.path)
        file.check_names(self.names)
        if self.has_features and not file.has_features:
            raise ValueError(
                "The file of the reference must hold features, as its config "
                f"says. Received: path={self.path!r}"
            )
        return file

    def _array(self, name):
        if name not in self._arrays:
            self._arrays[name] = self._file.read(name)
        return self._arrays[name]

    def get_config(self):
        """The path and the names. A reference must have been saved before."""
        if self.path is None:
            raise ValueError(
                "A reference is written into a config by its file. Call "
                f"`save(path)` first. Received: {self!r}"
            )
        return {
            "path": self.path,
            "has_features": self.has_features,
            **self.names,
        }

    @classmethod
    def from_config(cls, config):
        names = {name: config[name] for name in NAMES}
        return cls._of_file(config["path"], names, config["has_features"])

    def __repr__(self):
        return f"<Reference {self.names}>"
