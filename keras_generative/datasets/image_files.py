"""Which files of a folder are images, and what their folders say of them."""

import os
import pathlib
from typing import NamedTuple

import numpy as np

EXTENSIONS = (
    ".bmp",
    ".gif",
    ".jpeg",
    ".jpg",
    ".png",
    ".tif",
    ".tiff",
    ".webp",
)
# What macOS and Synology leave behind, beside hidden files.
LITTER = ("__MACOSX", "@eaDir")
SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
}


class Split(NamedTuple):
    """Images of one purpose, their labels if there are any, and all names."""

    files: list
    labels: np.ndarray | None
    class_names: list | None


def find_images(path):
    """The images of a folder by split, as a dictionary of `Split`s.

    A folder whose sub-folders all bear names of `SPLITS` is split by them.
    Any other is the split `"train"` alone. The first sub-folders of a split
    are the classes, in alphabetical order and the same for all the splits.

    Raises:
        ValueError: If the folder does not exist or holds no images, or some
            images of a split are in sub-folders and some are not.
    """
    if not _is_path(path) or not os.path.isdir(path):
        raise ValueError(
            "Argument `path` must be an existing folder of images. "
            f"Received: path={_shown(path)}"
        )
    root = pathlib.Path(path)
    files = sorted(_walk(root))
    if not files:
        raise ValueError(
            f"A folder of images must hold files of {EXTENSIONS}, in it or in "
            f"its sub-folders. Received: path={_shown(path)} with 0 of them"
        )
    folders = [file.relative_to(root).parts[:-1] for file in files]
    are_split = all(f and f[0].lower() in SPLITS for f in folders)
    splits = {}
    for file, folder in zip(files, folders):
        name = "train"
        if are_split:
            name, folder = SPLITS[folder[0].lower()], folder[1:]
        class_name = folder[0] if folder else None
        splits.setdefault(name, []).append((file, class_name))
    found = {class_name for pairs in splits.values() for _, class_name in pairs}
    class_names = sorted(found - {None})
    return {
        name: _labelled(pairs, class_names) for name, pairs in splits.items()
    }


def _is_path(path):
    return isinstance(path, (str, os.PathLike))


def _shown(path):
    return repr(str(path) if _is_path(path) else path)


def _walk(folder, ancestors=()):
    real = os.path.realpath(folder)
    # A link to a folder that it lies in would never end.
    if real in ancestors:
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in LITTER:
                continue
            if entry.is_dir():
                yield from _walk(entry.path, (*ancestors, real))
            elif entry.name.lower().endswith(EXTENSIONS):
                yield pathlib.Path(entry.path)


def _labelled(pairs, class_names):
    """The `Split` of pairs of a file and the name of its class, or `None`."""
    files, names = zip(*pairs)
    if set(names) == {None}:
        return Split(list(files), None, class_names or None)
    if None in names:
        raise ValueError(
            "Either all images of a folder or none must be in sub-folders, "
            "which are their classes. Received: images in sub-folders and "
            f"{str(files[names.index(None)])!r}"
        )
    labels = np.array([class_names.index(name) for name in names])
    return Split(list(files), labels, class_names)
