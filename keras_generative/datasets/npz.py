import numpy as np

from keras_generative.datasets.split import hold_out


def load_npz(path):
    """uint8 images and labels of an `.npz` file in Keras' layout.

    Raises:
        ValueError: If the file is no `.npz`, or its arrays do not fit.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except Exception as error:
        raise ValueError(
            "A data file must be an `.npz` of arrays `x_train`, `y_train`, "
            f"`x_test`, `y_test`. Received: {str(path)!r}, which could not "
            f"be read: {error}"
        ) from error
    train = _check_split(path, arrays, "train")
    if "x_test" not in arrays:
        return hold_out(*train)
    test = _check_split(path, arrays, "test")
    shape, test_shape = train[0].shape[1:], test[0].shape[1:]
    if test_shape != shape:
        raise ValueError(
            "The images of a data file must be of one shape, here "
            f"{shape} as in `x_train`. "
            f"Received: {str(path)!r} with `x_test` of {test_shape}"
        )
    return train, test


def _check_split(path, arrays, split):
    for key in (f"x_{split}", f"y_{split}"):
        if key not in arrays:
            raise ValueError(
                f"A data file must have an array `{key}`. Images without "
                "labels may be loaded from a folder. "
                f"Received: {str(path)!r} with arrays {sorted(arrays)}"
            )
    images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    if (
        images.dtype != "uint8"
        or images.ndim not in (3, 4)
        or len(images) < 2
        or images.size == 0
    ):
        raise ValueError(
            f"Array `x_{split}` of a data file must hold two or more uint8 "
            "images of shape (height, width) or (height, width, channels). "
            f"Received: {str(path)!r} with shape={images.shape}, "
            f"dtype={images.dtype}"
        )
    if labels.size != len(images) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Array `y_{split}` of a data file must hold one integer label for "
            f"each image. Received: {str(path)!r} with {len(images)} images "
            f"and {labels.size} labels of dtype={labels.dtype}"
        )
    return images, labels
