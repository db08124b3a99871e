import json
import zipfile

import keras
import numpy as np
from keras import ops

from keras_generative.metrics.extraction import check_network
from keras_generative.metrics.extraction import extract
from keras_generative.metrics.extraction import name_of
from keras_generative.metrics.moments import Moments
from keras_generative.utils.whole_file import whole_file

NAMES = ("data", "split", "count", "network", "resize")
ARRAYS = ("mean", "covariance", "features")
# What numpy raises over files of another kind.
MALFORMED = (ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile)


@keras.saving.register_keras_serializable(package="keras_generative")
class Reference:
    """Statistics of the real images of a data set, to be computed once.

    Metrics take it as `reference=`, in the place of real images. Its file says
    of what images it is, as figures against others do not compare.

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
        self.mean = mean
        self.covariance = covariance
        self.features = features
        self.path = None

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
        cls, batches, features, data, split, resize="none", keep_features=True
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
                network. Defaults to `"none"`, for images that were not.
            keep_features: Boolean, whether to keep the features of each
                image, which all metrics but `FrechetDistance` need.

        Returns:
            A `Reference`.

        Raises:
            ValueError: If there are fewer than 2 images, or features that are
                not finite.
        """
        check_network(features)
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
        arrays = {
            name: getattr(self, name)
            for name in ARRAYS
            if getattr(self, name) is not None
        }
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, names=json.dumps(self.names), **arrays)
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
        try:
            with np.load(path, allow_pickle=False) as file:
                names = json.loads(str(file["names"]))
                arrays = {name: file[name] for name in ARRAYS if name in file}
                reference = cls(**names, **arrays)
        except MALFORMED as error:
            raise ValueError(
                "The file must be one that `Reference.save` wrote. "
                f"Received: path={str(path)!r}, which says: {error}"
            ) from error
        for name, value in expected.items():
            if name not in NAMES or value != names[name]:
                raise ValueError(
                    f"The reference is of {names}, and of nothing else. "
                    f"Received: {name}={value!r}"
                )
        reference.path = str(path)
        return reference

    def get_config(self):
        """The path and the names. A reference must have been saved before."""
        if self.path is None:
            raise ValueError(
                "A reference is written into a config by its file. Call "
                f"`save(path)` first. Received: {self!r}"
            )
        return {"path": self.path, **self.names}

    @classmethod
    def from_config(cls, config):
        return cls.load(**config)

    def __repr__(self):
        return f"<Reference {self.names}>"
