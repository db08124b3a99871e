import os
import pathlib
import stat
import subprocess
import sys
import types
import warnings

import numpy as np
import pytest
from PIL import Image

from keras_generative import writers
from keras_generative.writers import event_file
from keras_generative.writers import notebook_writer


def make_picture(seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (6, 5, 3), "uint8")


class TestDiskWriter:
    def test_file_holds_the_picture(self, tmp_path):
        writer = writers.DiskWriter(tmp_path / "new" / "folder")
        assert not (tmp_path / "new").exists()
        writer.write("samples", make_picture(), 7)
        (path,) = (tmp_path / "new" / "folder").iterdir()
        assert path.name == "samples_000007.png"
        with Image.open(path) as image:
            assert image.mode == "RGB"
            np.testing.assert_array_equal(np.array(image), make_picture())

    def test_slash_in_the_name_makes_a_folder(self, tmp_path):
        writers.DiskWriter(str(tmp_path)).write("a/b", make_picture(), 1)
        assert (tmp_path / "a" / "b_000001.png").exists()

    @pytest.mark.parametrize(
        "name", ["../x", "../../x", "a/../../x", "a/..//b", "/tmp/x", "\0"]
    )
    def test_names_do_not_lead_out_of_the_folder(self, tmp_path, name):
        writer = writers.DiskWriter(tmp_path / "pictures")
        with pytest.raises(ValueError, match="Received: name="):
            writer.write(name, make_picture(), 1)
        assert not list(tmp_path.rglob("*"))

    @pytest.mark.parametrize("name", ["..", "a..b", "", "a:b?*", "~", 7])
    def test_odd_names_stay_in_the_folder(self, tmp_path, name):
        folder = tmp_path / "pictures"
        writers.DiskWriter(folder).write(name, make_picture(), 1)
        assert list(tmp_path.iterdir()) == [folder]
        assert [p.name for p in folder.iterdir()] == [f"{name}_000001.png"]

    @pytest.mark.filterwarnings("ignore:`DiskWriter` overwrites")
    def test_files_and_folders_are_as_open_as_the_umask_says(self, tmp_path):
        before = os.umask(0o027)
        try:
            for step in (1, 1):
                writer = writers.DiskWriter(tmp_path / "pictures")
                writer.write("a", make_picture(), step)
        finally:
            os.umask(before)
        folder = tmp_path / "pictures"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o750
        (path,) = folder.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_overwriting_warns_once(self, tmp_path):
        writers.DiskWriter(tmp_path).write("a", make_picture(), 1)
        writer = writers.DiskWriter(tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            writer.write("b", make_picture(), 1)
        with pytest.warns(UserWarning, match="overwrites.*a_000001") as caught:
            for name in "aab":
                writer.write(name, make_picture(1), 1)
        assert len(caught) == 1
        with Image.open(tmp_path / "a_000001.png") as image:
            np.testing.assert_array_equal(np.array(image), make_picture(1))

    @pytest.mark.filterwarnings("ignore:`DiskWriter` overwrites")
    def test_failed_write_leaves_the_old_picture(self, tmp_path, monkeypatch):
        def save_half(self, path):
            with open(path, "wb") as file:
                file.write(b"half")
            raise OSError("disk full")

        writer = writers.DiskWriter(tmp_path)
        writer.write("samples", make_picture(), 1)
        before = (tmp_path / "samples_000001.png").read_bytes()
        monkeypatch.setattr(Image.Image, "save", save_half)
        with pytest.raises(OSError, match="disk full"):
            writer.write("samples", make_picture(1), 1)
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == before


def test_memory_writer():
    writer = writers.MemoryWriter()
    picture = make_picture()
    writer.write("a", picture, 1)
    writer.write("b", picture, 2)
    assert [item[:2] for item in writer.images] == [("a", 1), ("b", 2)]
    assert writer.images[0][2] is picture


def test_notebook_writer_updates_one_display_for_each_name(monkeypatch):
    calls = []

    class Handle:
        def update(self, picture):
            calls.append(("update", np.array(picture)))

    def display(picture, display_id):
        calls.append(("display", np.array(picture)))
        return Handle()

    fake = types.SimpleNamespace(display=display)
    monkeypatch.setattr(notebook_writer, "ipython", fake)
    writer = writers.NotebookWriter()
    for step, name in enumerate("aba"):
        writer.write(name, make_picture(step), step)
    assert [call[0] for call in calls] == ["display", "display", "update"]
    np.testing.assert_array_equal(calls[2][1], make_picture(2))


TENSORBOARD_SCRIPT = """
import os
import sys
import types
import numpy as np

# The package without its `__init__` and without Keras, whose backend may
# bring TensorFlow in.
package = types.ModuleType("keras_generative")
package.__path__ = [os.path.join(os.environ["ROOT"], "keras_generative")]
sys.modules["keras"] = types.ModuleType("keras")
sys.modules["keras_generative"] = package
from keras_generative.writers import TensorBoardWriter

pictures = np.load("pictures.npy")
writer = TensorBoardWriter("logs")
for step, picture in enumerate(pictures):
    writer.write("samples", picture, step)
assert "tensorflow" not in sys.modules
sys.modules["tensorflow"] = None  # TensorBoard reads by its own means too.

import io
from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
events = event_accumulator.EventAccumulator("logs").Reload()
assert events.Tags()["images"] == ["samples"]
images = events.Images("samples")
assert [image.step for image in images] == [0, 1]
assert (images[0].height, images[0].width) == (6, 5)
for image, picture in zip(images, pictures):
    decoded = np.array(Image.open(io.BytesIO(image.encoded_image_string)))
    np.testing.assert_array_equal(decoded, picture)
"""


def test_tensorboard_writer_without_tensorflow(tmp_path):
    pytest.importorskip("tensorboard")
    np.save(tmp_path / "pictures.npy", [make_picture(0), make_picture(1)])
    root = str(pathlib.Path(writers.__file__).parents[2])
    environment = {**os.environ, "ROOT": root}
    done = subprocess.run(
        [sys.executable, "-c", TENSORBOARD_SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "logs").iterdir()
    assert "tfevents" in path.name


def test_tensorboard_writers_of_one_second_have_their_own_files(tmp_path):
    pytest.importorskip("tensorboard")
    for _ in range(2):
        writers.TensorBoardWriter(tmp_path).write("a", make_picture(), 1)
    assert len(list(tmp_path.iterdir())) == 2


def test_an_event_file_is_not_written_through_a_link(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    monkeypatch.setattr(event_file, "_file_number", iter([0, 0, 1]))
    monkeypatch.setattr(event_file.time, "time", lambda: 1.0)
    writers.TensorBoardWriter(tmp_path).write("a", make_picture(), 1)
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / "notes")
    path.symlink_to(tmp_path / "notes")
    before = path.read_bytes()
    writer = writers.TensorBoardWriter(tmp_path)
    with pytest.raises(FileExistsError):
        writer.write("b", make_picture(), 1)
    writer.write("b", make_picture(), 2)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3


def writer_of(name, folder):
    return getattr(writers, name)(folder)


on_disk = pytest.mark.parametrize("name", ["DiskWriter", "TensorBoardWriter"])


@on_disk
@pytest.mark.parametrize(
    "arguments, received",
    [
        (("a", None, 1), "image"),
        (("a", "image", 1), "image"),
        (("a", make_picture() / 2, 1), "image"),
        (("a", make_picture()[..., 0], 1), "image"),
        (("a", make_picture()[..., :2], 1), "image"),
        (("a", make_picture()[:0], 1), "image"),
        (("a", make_picture(), "x"), "step"),
        (("a", make_picture(), 1.5), "step"),
        (("a", make_picture(), None), "step"),
        (("a", make_picture(), -1), "step"),
    ],
)
def test_what_is_no_picture(tmp_path, name, arguments, received):
    with pytest.raises(ValueError, match=f"Received: {received}"):
        writer_of(name, tmp_path / "new").write(*arguments)
    assert not (tmp_path / "new").exists()


@on_disk
@pytest.mark.parametrize("directory", [None, 3])
def test_what_is_no_folder(name, directory):
    with pytest.raises(ValueError, match="`directory`.*Received: directory="):
        writer_of(name, directory)


@pytest.mark.parametrize(
    "image, step",
    [
        (make_picture() / 255, 1),
        (make_picture()[..., 0], 1),
        (make_picture()[:0], 1),
        (make_picture().tolist(), 1),
        (make_picture(), -1),
        (make_picture(), 0.5),
    ],
)
def test_what_no_writer_writes(image, step, tmp_path):
    for writer in (
        writers.DiskWriter(tmp_path),
        writers.FilmWriter(tmp_path),
        writers.NotebookWriter(),
        writers.TensorBoardWriter(tmp_path),
        writers.WandbWriter(),
    ):
        with pytest.raises(ValueError, match="Argument `.*Received: "):
            writer.write("samples", image, step)
