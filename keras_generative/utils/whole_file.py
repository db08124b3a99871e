import contextlib
import os
import pathlib

KERAS_FILES = (".keras", ".weights.h5")


@contextlib.contextmanager
def whole_file(path):
    """Lets a file appear whole or not at all.

    Within the context the file is written under another name, which keeps
    the suffixes. Only when it is finished does it take the place of an
    earlier one.

    Args:
        path: String or path of a local file.

    Yields:
        The `pathlib.Path` to write to.

    Example:

    >>> with whole_file("notes.txt") as path:
    ...     path.write_text("all or nothing")
    """
    path = pathlib.Path(path)
    # In the same folder, as only there the replacement is atomic.
    unfinished = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def save_whole_file(save, path, overwrite):
    """Calls Keras' `save(path, overwrite)` so that a file appears whole.

    Left to Keras are folders, remote paths and questions to the user.
    """
    is_local = "://" not in str(path)
    if overwrite and is_local and str(path).endswith(KERAS_FILES):
        with whole_file(path) as unfinished:
            save(unfinished)
    else:
        save(path, overwrite)
