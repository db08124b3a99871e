"""One seed, one run: whatever watches it changes nothing."""

import functools
import importlib.util

import keras
import numpy as np
import pytest

from keras_generative import callbacks
from keras_generative import writers
from keras_generative.features import DigitClassifier
from keras_generative.metrics import PSNR
from keras_generative.metrics import FrechetDistance
from keras_generative.metrics import SlicedWasserstein
from tests.test_case import GAMES
from tests.test_case import IMAGE_SHAPE
from tests.test_case import MODELS
from tests.test_case import OBJECTIVES
from tests.test_case import generates

# One of each objective, and one whose samples no picture shows.
WATCHED = [*OBJECTIVES, "series_vae"]


def fit(name, verbose=0, watch=lambda model: ()):
    """The state at the end of a shuffled run, and its logs."""
    keras.utils.set_random_seed(1)
    model = MODELS[name].make()
    penalties = {"penalties": ["dragan_penalty"]} if name in GAMES else {}
    model.compile(**penalties)
    logs = model.fit(
        *MODELS[name].data(20),
        epochs=2,
        batch_size=8,
        verbose=verbose,
        validation_data=MODELS[name].data(8),
        callbacks=list(watch(model)),
    ).history
    history = {k: v for k, v in logs.items() if not added(k)}
    variables = [*model.variables, *model.optimizer.variables]
    return history, [keras.ops.convert_to_numpy(v) for v in variables]


@functools.cache
def unwatched(name):
    return fit(name)


def added(name):
    """Whether only one who watches has this log."""
    return name == "val_quality" or name.startswith("doctor_")


def pictures(model, samples, directory):
    where = {
        "every_n_steps": 1,
        "writers": [
            writers.MemoryWriter(),
            writers.DiskWriter(directory),
            writers.TensorBoardWriter(directory),
            writers.WandbWriter(),
        ],
    }
    labels = np.arange(4)
    if generates(model):
        yield callbacks.SampleGridLogger(num_images=4, **where)
    if hasattr(model, "translate"):
        yield callbacks.TranslationLogger(samples, samples, **where)
    if hasattr(model, "reconstruct"):
        yield callbacks.ReconstructionLogger(samples, labels, **where)
        yield callbacks.LatentPlotLogger(samples, labels, **where)


def quality_of(model):
    if not generates(model):
        return PSNR((0, 1), name="quality")
    if model.sample_shape == IMAGE_SHAPE:
        return FrechetDistance(DigitClassifier(), name="quality")
    return SlicedWasserstein(name="quality")


def evaluators(model, samples, labels):
    """Of what is made anew: `evaluate` measures what is made of images."""
    if not hasattr(model, "translate"):
        yield callbacks.GenerativeEvaluator(
            [quality_of(model)],
            samples,
            labels=None if model.label_spec is None else labels,
        )


def watchers(name, directory, model):
    samples, labels = MODELS[name].data(8)[0], np.arange(8) % 4
    if model.sample_shape == IMAGE_SHAPE:
        yield from pictures(model, samples[:4], directory)
    yield callbacks.Doctor(samples[:4], labels=labels[:4])
    yield from evaluators(model, samples, labels)
    yield callbacks.BackupAndRestore(directory / "backup")
    yield callbacks.WandbLogger(every_n_steps=1)
    yield callbacks.TensorBoardLogger(directory)
    yield keras.callbacks.CSVLogger(str(directory / "logs.csv"))
    yield keras.callbacks.ModelCheckpoint(str(directory / "model.keras"))
    yield keras.callbacks.TerminateOnNaN()


def assert_same(run, other):
    (history, state), (other_history, other_state) = run, other
    assert history == other_history
    for a, b in zip(state, other_state, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.fixture
def offline_run(monkeypatch, tmp_path):
    """A run of W&B, or `None` where that is not installed."""
    monkeypatch.setenv("WANDB_SILENT", "true")
    monkeypatch.chdir(tmp_path)
    if importlib.util.find_spec("wandb") is None:
        yield None
    else:
        import wandb

        yield wandb.init(dir=tmp_path, mode="offline")
        wandb.finish()


# Of the others, the run that is watched is the second one.
@pytest.mark.parametrize("name", [n for n in MODELS if n not in WATCHED])
def test_two_runs_with_one_seed(name):
    assert_same(fit(name), unwatched(name))


@pytest.mark.parametrize("name", WATCHED)
def test_a_run_that_is_watched(name, tmp_path, offline_run, recwarn):
    watch = functools.partial(watchers, name, tmp_path)
    assert_same(fit(name, verbose=2, watch=watch), unwatched(name))
    is_drawn = MODELS[name].make().sample_shape == IMAGE_SHAPE
    assert len(list(tmp_path.glob("*.png"))) >= 6 * is_drawn
    if offline_run is not None:
        failed = [w for w in recwarn if "Training goes on" in str(w.message)]
        assert not failed
        media = list(tmp_path.rglob("files/media/images/*.png"))
        assert len(media) >= 6 * is_drawn
    columns = (tmp_path / "logs.csv").read_text().splitlines()[0].split(",")
    measured = {"val_quality"} & set(columns)
    assert bool(measured) != hasattr(MODELS[name].make(), "translate")
    assert set(MODELS[name].log_names) <= set(columns)
