import pathlib

import numpy as np
import pytest

from keras_generative import writers
from tests.offline_run import read_rows

wandb = pytest.importorskip("wandb")


def make_picture(value):
    return np.full((6, 5, 3), value, "uint8")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(dir=tmp_path, mode="offline")
    yield run
    run.finish()


def columns(rows, *names):
    """The rows that have one of these columns, reduced to them."""
    reduced = [{k: row[k] for k in names if k in row} for row in rows]
    return [row for row in reduced if row]


def test_pictures_of_a_run_that_logs_nothing_else(run):
    writer = writers.WandbWriter()
    for step in (1, 2, 3):
        writer.write("samples", make_picture(step), step)
        writer.write("other", make_picture(10 * step), step)
    run.finish()
    assert columns(read_rows(run), "samples", "samples_step", "other") == [
        {"samples": step, "samples_step": step, "other": 10 * step}
        for step in (1, 2, 3)
    ]


def test_a_step_below_that_of_the_run(run):
    run.log({"loss": 0.5}, step=1000)
    writers.WandbWriter().write("samples", make_picture(9), 1)
    run.finish()
    assert columns(read_rows(run), "samples", "samples_step") == [
        {"samples": 9, "samples_step": 1}
    ]


@pytest.mark.parametrize("picture_first", [True, False])
def test_what_the_user_logs_with_a_step_is_kept(run, picture_first):
    writer = writers.WandbWriter()
    for epoch in range(3):
        if picture_first:
            writer.write("samples", make_picture(epoch), epoch + 1)
        run.log({"loss": epoch}, step=epoch)
        if not picture_first:
            writer.write("samples", make_picture(epoch), epoch + 1)
    run.finish()
    assert columns(read_rows(run), "loss", "samples", "samples_step") == [
        {"loss": epoch, "samples": epoch, "samples_step": epoch + 1}
        for epoch in range(3)
    ]


def test_no_active_run():
    with pytest.raises(RuntimeError, match="Received: wandb.run=None"):
        writers.WandbWriter().write("samples", make_picture(1), 1)


def test_default_writers_without_a_run():
    (writer,) = writers.default_writers()
    assert isinstance(writer, writers.DiskWriter)
    assert writer.directory == pathlib.Path("pictures")


def test_default_writers_with_a_run(run):
    kinds = [type(writer) for writer in writers.default_writers()]
    assert kinds == [writers.DiskWriter, writers.WandbWriter]
