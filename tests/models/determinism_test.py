"""One seed, one run: whatever watches it changes nothing."""

import keras
import numpy as np
import pytest

from keras_generative import callbacks
from keras_generative import writers
from keras_generative.features import DigitClassifier
from keras_generative.metrics import FrechetDistance
from tests.test_case import make_autoencoder
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae

MAKERS = {"autoencoder": make_autoencoder, "vae": make_vae, "gan": make_gan}


def fit(name, verbose=0, callbacks=()):
    """The state at the end of a shuffled run, and its logs."""
    keras.utils.set_random_seed(1)
    model = MAKERS[name]()
    penalties = {"penalties": ["dragan_penalty"]} if name == "gan" else {}
    model.compile(**penalties)
    logs = model.fit(
        make_images(20),
        epochs=2,
        batch_size=8,
        verbose=verbose,
        validation_data=make_images(8),
        callbacks=list(callbacks),
    ).history
    history = {k: v for k, v in logs.items() if not added(k)}
    variables = [*model.variables, *model.optimizer.variables]
    return history, [keras.ops.convert_to_numpy(v) for v in variables]


def added(name):
    """Whether only one who watches has this log."""
    return "distance" in name or name.startswith("doctor_")


def watchers(name, directory):
    images = make_images(4)
    where = {
        "every_n_steps": 1,
        "writers": [
            writers.MemoryWriter(),
            writers.DiskWriter(directory),
            writers.TensorBoardWriter(directory),
        ],
    }
    if name == "gan":
        yield callbacks.SampleGridLogger(num_images=4, **where)
        yield callbacks.Doctor(make_images(4, low=-1.0))
    else:
        yield callbacks.ReconstructionLogger(images, **where)
        yield callbacks.LatentPlotLogger(images, np.arange(4), **where)
        yield callbacks.Doctor(images)
    if name != "autoencoder":
        distance = FrechetDistance(DigitClassifier())
        yield callbacks.GenerativeEvaluator([distance], make_images(8))
    yield callbacks.BackupAndRestore(directory / "backup")
    yield keras.callbacks.CSVLogger(str(directory / "logs.csv"))
    yield keras.callbacks.ModelCheckpoint(str(directory / "model.keras"))
    yield keras.callbacks.TerminateOnNaN()


def assert_same(run, other):
    (history, state), (other_history, other_state) = run, other
    assert history == other_history
    for a, b in zip(state, other_state, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_two_runs_with_one_seed(name):
    assert_same(fit(name), fit(name))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_run_that_is_watched(name, tmp_path):
    watched = fit(name, verbose=2, callbacks=watchers(name, tmp_path))
    assert len(list(tmp_path.glob("*.png"))) >= 6
    assert_same(watched, fit(name))
