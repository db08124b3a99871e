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
    return train, _check_split(path, arrays, "test")


def _check_split(path, arrays, split):
    for key in (f"x_{split}", f"y_{split}"):
        if key not in arrays:
            raise ValueError(
                f"A data file must have an array `{key}`. Images without "
                "labels may be loaded from a folder. "
                f"Received: {str(path)!r} with arrays {sorted(arrays)}"
            )
    images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    if images.dtype != "uint8" or images.ndim not in (3, 4) or len(images) < 2:
        raise ValueError(
            f"Array `x_{split}` of a data file must hold two or more uint8 "
            "images of shape (height, width) or (height, width, channels). "
            f"Received: {str(path)!r} with shape={images.shape}, "
            f"dtype={images.dtype}"
        )
    if labels.size != len(images):
        raise ValueError(
            f"Array `y_{split}` of a data file must hold one label for each "
            f"image. Received: {str(path)!r} with {len(images)} images and "
            f"{labels.size} labels"
        )
    return images, labels
