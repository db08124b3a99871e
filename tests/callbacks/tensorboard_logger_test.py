import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import TensorBoardLogger
from keras_generative.optimizers import GradientNorm
from tests.test_case import make_compiled
from tests.test_case import make_gan
from tests.test_case import make_images

pytest.importorskip("tensorboard")


def fit(model, *callbacks, **kwargs):
    return model.fit(
        make_images(),
        epochs=2,
        batch_size=8,
        verbose=0,
        callbacks=[*callbacks],
        **kwargs,
    ).history


def read(directory):
    from tensorboard.backend.event_processing import event_accumulator

    return event_accumulator.EventAccumulator(str(directory)).Reload()


def curve(events, name):
    points = events.Scalars(name)
    return [p.step for p in points], [p.value for p in points]


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_training_and_validation_are_curves_of_one_panel(name, tmp_path):
    logger = TensorBoardLogger(tmp_path)
    history = fit(
        make_compiled(name), logger, validation_data=(make_images(8),)
    )
    files = {
        "": read(tmp_path / "train"),
        "val_": read(tmp_path / "validation"),
    }
    assert any(key.startswith("val_") for key in history)
    for key, values in history.items():
        prefix = "val_" if key.startswith("val_") else ""
        steps, found = curve(files[prefix], key.removeprefix(prefix))
        assert steps == [3, 6]
        np.testing.assert_allclose(found, values, rtol=1e-6)
    assert curve(files[""], "epoch") == ([3, 6], [1, 2])


def test_steps_and_what_no_log_holds(tmp_path):
    model = make_gan()
    model.compile(GradientNorm("adam"), keras.optimizers.SGD(0.25))
    fit(model, TensorBoardLogger(str(tmp_path), every_n_steps=2))
    events = read(tmp_path / "train")
    steps = [2, 3, 4, 6]
    assert curve(events, "loss")[0] == steps
    rates = curve(events, "learning_rate_generator")[1]
    np.testing.assert_allclose(rates, [1e-3] * 4, rtol=1e-6)
    assert curve(events, "learning_rate_discriminator") == (steps, [0.25] * 4)
    for name in ("gradient_norm_generator", "images_per_second"):
        assert min(curve(events, name)[1]) > 0
    assert not (tmp_path / "validation").exists()


def test_graphs_of_the_networks(tmp_path):
    """What TensorBoard's own plugin makes of them."""
    from tensorboard.plugins.graph import keras_util

    fit(make_compiled("vae"), TensorBoardLogger(tmp_path))
    events = read(tmp_path / "train")
    assert events.Tags()["tensors"] == ["encoder", "decoder"]
    plugin = events.SummaryMetadata("encoder").plugin_data.plugin_name
    assert plugin == "graph_keras_model"
    (event,) = events.Tensors("encoder")
    nodes = keras_util.keras_model_to_graph_def(
        json.loads(event.tensor_proto.string_val[0])
    ).node
    layers = {n.name: n.attr["keras_class"].s.decode() for n in nodes}
    assert [*layers.values()] == ["InputLayer", "Flatten"] + ["Dense"] * 3
    names = [*layers]
    # Both heads of the Gaussian encoder follow the hidden layer.
    assert [list(node.input) for node in nodes] == [
        [],
        [names[0]],
        [names[1]],
        [names[2]],
        [names[2]],
    ]


def test_only_the_chief_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    fit(make_compiled("vae"), TensorBoardLogger(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_warns_once(tmp_path):
    (tmp_path / "file").write_text("no folder")
    logger = TensorBoardLogger(tmp_path / "file", every_n_steps=1)
    with pytest.warns(UserWarning, match="`TensorBoardLogger`") as caught:
        history = fit(make_compiled("vae"), logger)
    assert len([w for w in caught if "could not" in str(w.message)]) == 1
    assert len(history["loss"]) == 2


SCRIPT = """
import sys
sys.modules["tensorflow"] = None  # Importing it fails.
from keras_generative.callbacks import SampleGridLogger
from keras_generative.callbacks import TensorBoardLogger
from keras_generative.writers import TensorBoardWriter
from tests.test_case import make_compiled
from tests.test_case import make_images

samples = SampleGridLogger(4, writers=[TensorBoardWriter("logs/pictures")])
make_compiled("gan").fit(
    make_images(low=-1.0),
    verbose=0,
    callbacks=[TensorBoardLogger("logs"), samples],
)
"""


@pytest.mark.skipif(
    keras.config.backend() == "tensorflow", reason="needs TensorFlow itself"
)
def test_without_tensorflow(tmp_path):
    root = str(pathlib.Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    events = read(tmp_path / "logs/train")
    assert "learning_rate_discriminator" in events.Tags()["scalars"]
    assert events.Tags()["tensors"] == ["generator", "discriminator"]
    images = read(tmp_path / "logs/pictures").Tags()["images"]
    assert images == ["samples"]


@pytest.mark.parametrize("directory", [None, 3])
def test_what_is_no_folder(directory):
    with pytest.raises(ValueError, match="`directory`.*Received: directory="):
        TensorBoardLogger(directory)
