"""The notebook runs from top to bottom, only shorter."""

import os
import pathlib

import keras
import nbclient
import nbformat
import pytest

ROOT = pathlib.Path(__file__).parents[1]
NOTEBOOK = ROOT / "examples/quickstart.ipynb"


def pictures(notebook):
    """The pictures under each cell that has some, as base64."""
    cells = []
    for cell in notebook.cells:
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        cells.append([d["image/png"] for d in data if "image/png" in d])
    return [cell for cell in cells if cell]


@pytest.fixture
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_runs(notebook, tmp_path):
    kept = pictures(notebook)
    nbclient.NotebookClient(notebook, timeout=300).execute(
        cwd=tmp_path,
        env={
            **os.environ,
            "IPYTHONDIR": str(tmp_path / "ipython"),
            "KERAS_BACKEND": keras.config.backend(),
            "PYTHONPATH": str(ROOT),
            "QUICKSTART_SCALE": "0.01",
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
    # The same cells have the same number of pictures as those kept in it.
    assert [len(cell) for cell in pictures(notebook)] == [
        len(cell) for cell in kept
    ]


def test_its_pictures_are_kept_in_it(notebook):
    assert len(pictures(notebook)) == 9
    errors = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr" or output.output_type == "error"
    ]
    assert not errors
    assert NOTEBOOK.stat().st_size < 500_000
