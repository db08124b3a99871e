import numpy as np

from keras_generative.datasets.image_files import find_images
from keras_generative.datasets.image_reader import read_each
from keras_generative.datasets.image_reader import report
from keras_generative.datasets.split import hold_out


def load_folder(path, reader, skip_unreadable, verbose):
    """uint8 images of a folder and labels, for training and for testing.

    Returns:
        A pair of pairs `(images, labels)`, and the names of the classes.

    Raises:
        ValueError: If images are missing, unreadable or of several sizes.
    """
    splits = find_images(path)
    if "train" not in splits:
        raise ValueError(
            "A folder with splits must have a sub-folder `train`. "
            f"Received: path={str(path)!r} with splits {sorted(splits)}"
        )
    parts = [splits["train"]]
    for name in ("test", "validation"):
        if name in splits and len(parts) == 1:
            parts.append(splits[name])
    files = sum((part.files for part in parts), [])
    images, unreadable = read_each(_of_one_size(reader), files, verbose)
    report(unreadable, len(files), skip_unreadable, stacklevel=4)
    channels = max(image.shape[-1] for image in images.values())
    arrays = [_arrays(part, images, channels) for part in parts]
    if len(parts) == 1:
        arrays = _held_out(path, *arrays[0])
    return arrays, parts[0].class_names


def _of_one_size(reader):
    sizes = {}

    def read(file):
        image = reader.read(file)
        sizes.setdefault(image.shape[:2], file)
        if len(sizes) == 1:
            return image
        (size, name), (other, _) = sizes.items()
        raise ValueError(
            "The images of a folder must be of one size, unless "
            "`image_size=(height, width)` says what to resize them to. "
            f"Received: {name.name!r} of (height, width)={size} and "
            f"{str(file)!r} of {other}"
        )

    return read


def _arrays(split, images, channels):
    kept = [i for i, file in enumerate(split.files) if file in images]
    if not kept:
        raise ValueError(
            "A split of a folder must hold images that can be read. "
            f"Received: none, as {str(split.files[0])!r}"
        )
    pixels = [images[split.files[i]] for i in kept]
    shape = (*pixels[0].shape[:2], channels)
    # Grey images among others get three equal channels.
    pixels = np.stack([np.broadcast_to(image, shape) for image in pixels])
    return pixels, None if split.labels is None else split.labels[kept]


def _held_out(path, images, labels):
    if len(images) < 2:
        raise ValueError(
            "A folder of images must hold two or more of them, one of which "
            "is held out, or folders `train` and `test`. "
            f"Received: path={str(path)!r} with {len(images)}"
        )
    return hold_out(images, labels)
