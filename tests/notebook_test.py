"""The notebooks run from top to bottom, only shorter."""

import os
import pathlib
import subprocess
import sys
from unittest import mock

import keras
import nbclient
import nbformat
import pytest

ROOT = pathlib.Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
NUM_PICTURES = {"labels": 6, "quickstart": 10}
WITH_PICTURES = {"labels", "quickstart"}  # These keep them.
INSTALLATION = 1  # The cell that may have to install the package.
RELEASED = "keras-generative[examples]"


def pictures(notebook):
    """The pictures under each cell that has some, as base64."""
    cells = []
    for cell in notebook.cells:
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        cells.append([d["image/png"] for d in data if "image/png" in d])
    return [cell for cell in cells if cell]


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_every_notebook_is_tested():
    assert [path.stem for path in NOTEBOOKS] == sorted(NUM_PICTURES)


def test_runs(path, tmp_path):
    notebook = read(path)
    kept = pictures(notebook)
    nbclient.NotebookClient(notebook, timeout=300).execute(
        cwd=tmp_path,
        env={
            **os.environ,
            "IPYTHONDIR": str(tmp_path / "ipython"),
            "KERAS_BACKEND": keras.config.backend(),
            "NOTEBOOK_SCALE": "0.01",
            "PYTHONPATH": str(ROOT),
        },
    )
    printed = [
        output["text"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout"
    ]
    version = f"Keras {keras.__version__} on {keras.config.backend()}\n"
    # The package is there, so that nothing was installed.
    assert printed[0] == version
    # One epoch of 51 steps, also in the model that was loaded.
    assert printed[-1].endswith("after 51 steps\n")
    drawn = [len(cell) for cell in pictures(notebook)]
    assert sum(drawn) == NUM_PICTURES[path.stem]
    # Where some are kept in it, they are under the same cells.
    assert not kept or drawn == [len(cell) for cell in kept]


def test_pictures_are_kept_whole(path):
    notebook = read(path)
    kept = sum(map(len, pictures(notebook)))
    assert kept == (path.stem in WITH_PICTURES) * NUM_PICTURES[path.stem]
    errors = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr" or output.output_type == "error"
    ]
    assert not errors
    assert path.stat().st_size < 500_000


def installed(path, refused=()):
    """What the first cell tries to install where the package is not.

    The sources that are `refused` cannot be installed.
    """
    tried = []
    package = sys.modules["keras_generative"]

    def run(command):
        source = command[-1]
        tried.append(source)
        if source not in refused:
            sys.modules["keras_generative"] = package
        return subprocess.CompletedProcess(command, source in refused)

    with (
        mock.patch.dict(sys.modules, {"keras_generative": None}),
        mock.patch.object(subprocess, "run", run),
    ):
        exec(read(path).cells[INSTALLATION].source, {})
    return tried


def test_installs_the_checkout(path, monkeypatch):
    monkeypatch.chdir(ROOT / "examples")
    assert installed(path) == ["..[examples]"]
    monkeypatch.chdir(ROOT)
    assert installed(path) == [".[examples]"]


def test_installs_from_the_index_or_the_repository(path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert installed(path) == [RELEASED]
    first, second = installed(path, refused=[RELEASED])
    assert first == RELEASED
    assert second.startswith(f"{RELEASED} @ git+https://github.com/")


def test_all_install_alike():
    cells = {read(path).cells[INSTALLATION].source for path in NOTEBOOKS}
    assert len(cells) == 1
