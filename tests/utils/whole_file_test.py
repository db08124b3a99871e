import contextlib
import os
import pathlib
import signal
import stat
import subprocess
import sys
import tempfile

import pytest

from keras_generative.utils.whole_file import whole_file

ROOT = pathlib.Path(__file__).parents[2]
# The packages without their `__init__`, which imports Keras.
PACKAGES = f"""
import os, signal, sys, types
for name in ("keras_generative", "keras_generative.utils"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [
        os.path.join({str(ROOT)!r}, *name.split("."))
    ]
"""
KILLED = f"""{PACKAGES}
from keras_generative.utils.whole_file import whole_file
with whole_file(sys.argv[1]) as path:
    path.write_bytes(bytes(1000))
    os.kill(os.getpid(), signal.SIGKILL)
"""
AT_WORK = f"""{PACKAGES}
from keras_generative.utils.whole_file import whole_file
with whole_file(sys.argv[1]) as path:
    path.write_text("slow")
    print("begun", flush=True)
    sys.stdin.readline()
"""


def write(path, text="new"):
    with whole_file(path) as unfinished:
        unfinished.write_text(text)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@contextlib.contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def no_root():
    """A folder of, and the rights of, somebody who is not root."""
    somebody = 65534 if os.geteuid() == 0 else os.geteuid()
    before = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, somebody, -1)
        os.seteuid(somebody)
        try:
            yield folder
        finally:
            os.seteuid(before)


def test_a_failure_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "a.txt"
    write(path, "old")
    with pytest.raises(RuntimeError), whole_file(path) as unfinished:
        unfinished.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_file_is_written(tmp_path, exists):
    target, link = tmp_path / "disk" / "blob", tmp_path / "best.keras"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link.symlink_to(target)
    with whole_file(link) as unfinished:
        assert unfinished.name == "best.keras"  # Keras asks for the suffix.
        unfinished.write_text("new")
    assert link.is_symlink() and target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_earlier_file_keeps_its_mode_and_is_as_new(tmp_path, mode):
    path = tmp_path / "a"
    path.touch()
    path.chmod(mode)
    os.utime(path, (1, 1))
    write(path)
    assert mode_of(path) == mode
    assert path.stat().st_mtime > 1


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_a_new_file_is_as_open_as_the_umask_says(tmp_path, mask):
    with umask(mask):
        write(tmp_path / "a")
    assert mode_of(tmp_path / "a") == 0o666 & ~mask


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_an_earlier_file_keeps_its_owner(tmp_path):
    path = tmp_path / "a"
    path.touch()
    os.chown(path, 1234, 4321)
    write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs files of two owners")
def test_rights_of_a_group_that_cannot_be_kept_go_to_no_other():
    with no_root() as folder:
        path = os.path.join(folder, "a")
        os.seteuid(0)
        with open(path, "w"):
            os.chown(path, 65534, 4321)
            os.chmod(path, 0o664)
        os.seteuid(65534)
        write(path)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o604


def test_a_file_that_may_not_be_written_is_left():
    with no_root() as folder:
        path = os.path.join(folder, "a")
        with open(path, "w") as file:
            file.write("old")
        os.chmod(path, 0o400)
        with pytest.raises(PermissionError, match="a'$"):
            write(path)
        with open(path) as file:
            assert file.read() == "old"


def test_what_is_no_file_is_left(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(OSError, match="Not a regular file"):
            write(path)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_the_unfinished_file_is_hidden_from_others(tmp_path):
    names = set()
    for _ in range(2):
        with umask(0), whole_file(tmp_path / "a") as unfinished:
            assert mode_of(unfinished.parent) == 0o700
            assert unfinished.parent.parent == tmp_path
            names.add(unfinished.parent.name)
            unfinished.touch()
    assert len(names) == 2


def test_a_missing_folder_is_named_in_the_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing/a'$"):
        write(tmp_path / "missing" / "a")


def test_what_killed_processes_leave_is_cleared(tmp_path):
    path = tmp_path / "a"
    for _ in range(2):
        code = subprocess.run([sys.executable, "-c", KILLED, path]).returncode
        assert code == -signal.SIGKILL
        assert len(list(tmp_path.iterdir())) == 1  # Of the last one alone.
    write(path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_others_work_at_is_left(tmp_path):
    path = tmp_path / "a"
    command = [sys.executable, "-c", AT_WORK, path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        process.stdout.readline()
        write(path)
        assert path.read_text() == "new"
        process.communicate("go on\n")
    assert process.returncode == 0 and path.read_text() == "slow"
    assert list(tmp_path.iterdir()) == [path]


def test_folders_of_others_with_such_a_name_are_left(tmp_path):
    folder = tmp_path / ".keras_generative_notes"
    folder.mkdir()
    (folder / "lock").write_text("mine")
    (tmp_path / ".keras_generative_link").symlink_to(folder)
    (tmp_path / ".keras_generative_file").touch()
    write(tmp_path / "a")
    assert len(list(tmp_path.iterdir())) == 4
    assert (folder / "lock").read_text() == "mine"
