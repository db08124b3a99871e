import contextlib
import errno
import os
import pathlib
import shutil
import stat

from keras_generative.utils.scratch_folder import PREFIX
from keras_generative.utils.scratch_folder import scratch_folder

KERAS_FILES = (".keras", ".weights.h5")


@contextlib.contextmanager
def whole_file(path, room=0):
    """Lets a file appear whole or not at all.

    Within the context the file is written in a folder beside it, under its
    own name. Only when it is finished does it take the place of an earlier
    one, whose owner and mode it is given. Where `path` is a link, the link
    stays, and the file that it leads to is replaced.

    Args:
        path: String or path of a local file.
        room: Integer, bytes that there must be room for. Defaults to `0`.

    Yields:
        The `pathlib.Path` to write to.

    Raises:
        OSError: Before the context begins, if there is less room, or if an
            earlier file may not be written to.

    Example:

    >>> with whole_file("notes.txt") as path:
    ...     path.write_text("all or nothing")
    """
    target = pathlib.Path(os.path.realpath(path))
    try:
        earlier = _status(target)
        # In the same folder, as only there the replacement is atomic.
        with scratch_folder(target.parent) as folder:
            unfinished = folder / pathlib.Path(path).name
            fill(unfinished, room)
            yield unfinished
            if earlier:
                _resemble(unfinished, target, earlier)
            os.replace(unfinished, target)
    except OSError as error:
        # The path that is known outside of here.
        hidden = PREFIX in str(error.filename)
        if error.errno and (hidden or not error.filename):
            error.filename = str(path)
        raise


def _status(path):
    """What `os.stat` says of a file that may be replaced, else `None`."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    with open(path, "r+b"):  # Raises the error of who may not write.
        return status


def _resemble(path, earlier_path, earlier):
    """Gives a file the owner, the mode and the rights of an earlier one."""
    if hasattr(os, "chown"):
        # One by one: who is not root may give a file to a group alone.
        for owner in ((earlier.st_uid, -1), (-1, earlier.st_gid)):
            with contextlib.suppress(OSError):
                os.chown(path, *owner)
    with contextlib.suppress(OSError):  # Not all file systems know of modes.
        if path.stat().st_gid == earlier.st_gid:
            shutil.copystat(earlier_path, path)
        else:
            # What one group may do is not for another.
            path.chmod(stat.S_IMODE(earlier.st_mode) & ~stat.S_IRWXG)
    os.utime(path)  # The time is its own.


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
