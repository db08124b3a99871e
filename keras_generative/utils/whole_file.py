import contextlib
import os
import pathlib

KERAS_FILES = (".keras", ".weights.h5")


@contextlib.contextmanager
def whole_file(path, room=0):
    """Lets a file appear whole or not at all.

    Within the context the file is written under another name, which keeps
    the suffixes. Only when it is finished does it take the place of an
    earlier one.

    Args:
        path: String or path of a local file.
        room: Integer, bytes that there must be room for. Defaults to `0`.

    Yields:
        The `pathlib.Path` to write to.

    Raises:
        OSError: Before the context begins, if there is less room.

    Example:

    >>> with whole_file("notes.txt") as path:
    ...     path.write_text("all or nothing")
    """
    path = pathlib.Path(path)
    # In the same folder, as only there the replacement is atomic.
    unfinished = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        fill(unfinished, room)
        yield unfinished
        os.replace(unfinished, path)
    except OSError as error:
        if error.errno and not error.filename:
            error.filename = str(path)
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def fill(path, size, block=2**20):
    """Writes a file of zeros, or raises an `OSError` if it has no room."""
    with open(path, "wb") as file:
        for start in range(0, size, block):
            file.write(bytes(min(block, size - start)))


def save_whole_file(save, path, overwrite, room):
    """Calls Keras' `save(path, overwrite)` so that a file appears whole.

    Left to Keras are folders, remote paths and questions to the user.

    Args:
        save: Function of `(path, overwrite)`.
        path: String or path.
        overwrite: Boolean.
        room: Integer, bytes that weights alone may take. HDF5 takes the
            process down with it when the disk gets full as it writes, so a
            file of that size is written before. A `.keras` file is made in
            memory.
    """
    is_local = "://" not in str(path)
    if overwrite and is_local and str(path).endswith(KERAS_FILES):
        in_memory = str(path).endswith(".keras")
        with whole_file(path, 0 if in_memory else room) as unfinished:
            save(unfinished)
    else:
        save(path, overwrite)
