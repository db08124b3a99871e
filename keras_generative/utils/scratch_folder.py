import contextlib
import pathlib
import shutil
import tempfile

try:
    import fcntl
except ImportError:  # Windows, where nothing tells who is still at work.
    fcntl = None

PREFIX = ".keras_generative_"
LOCK = "lock"
MARK = "A process of keras_generative works here as long as it holds the lock."


@contextlib.contextmanager
def scratch_folder(parent):
    """Makes a folder to work in, and removes it in the end.

    Its name cannot be foreseen, and others may not enter it. A process that
    is killed leaves its folder behind, which the next one removes: the
    system has given the lock in it free.

    Args:
        parent: Path of a folder that exists.

    Yields:
        The `pathlib.Path` of the new folder.

    Example:

    >>> with scratch_folder("results") as folder:
    ...     (folder / "table.csv").write_text("a,b")
    ...     os.replace(folder / "table.csv", "results/table.csv")
    """
    for leftover in pathlib.Path(parent).glob(f"{PREFIX}*"):
        _remove_if_abandoned(leftover)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        with open(folder / LOCK, "x") as file:
            # Marked once it is locked: what is marked and free is abandoned.
            if _lock(file):
                file.write(MARK)
                file.flush()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_if_abandoned(folder):
    with contextlib.suppress(OSError, ValueError):
        if folder.is_symlink():
            return
        with open(folder / LOCK, "r+") as file:
            if file.read() == MARK and _lock(file):
                shutil.rmtree(folder, ignore_errors=True)


def _lock(file):
    """Whether the file could be locked, until it is closed."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # By another process, or not on this file system.
        return False
    return True
