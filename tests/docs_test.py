"""What the documentation shows runs, and what it makes can be saved."""

import pathlib
import re

import keras
import numpy as np
import pytest

from tests.test_case import assert_equal_state

DOCS = pathlib.Path(__file__).parents[1] / "docs"


def code(name):
    """The Python blocks of a page, one after the other."""
    page = (DOCS / name).read_text()
    return "\n".join(re.findall(r"```python\n(.*?)```", page, re.S))


@pytest.fixture(scope="module")
def extending():
    names = {"__name__": "extending"}
    exec(compile(code("extending.md"), "extending.md", "exec"), names)
    return names


def images():
    return np.random.default_rng(0).uniform(0, 1, (16, 8, 8, 1))


@pytest.mark.parametrize("name", ["gan", "autoencoder", "game", "matching"])
def test_models_of_ones_own(extending, name, tmp_path):
    model = extending[name]
    x = images().astype("float32")
    if hasattr(model, "discriminator"):
        x = 2.0 * x - 1.0
    history = model.fit(x, epochs=2, batch_size=8, verbose=0).history
    assert set(history) >= set(model.log_names)
    assert np.isfinite(list(history.values())).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model)
    assert_equal_state(loaded, model)
    loaded.fit(x, batch_size=8, verbose=0)
    if name != "autoencoder":
        assert loaded.generate(3).shape == (3, 8, 8, 1)


def test_both_critics_learn(extending):
    game = extending["game"]
    kernel = game.second_discriminator.layers[2].kernel
    before = np.array(kernel)
    game.fit(2.0 * images().astype("float32") - 1.0, verbose=0)
    assert (np.array(kernel) != before).any()


def test_moment_matching_is_zero_between_equal_samples(extending):
    x = images().astype("float32")
    tensor, turned = map(keras.ops.convert_to_tensor, (x, x[::-1].copy()))
    mean_kernel = extending["mean_kernel"]
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(mean_kernel(tensor, tensor)),
        keras.ops.convert_to_numpy(mean_kernel(tensor, turned)),
        rtol=1e-6,
    )


def test_a_train_step_of_ones_own(extending):
    classifier = extending["classifier"]
    x = images().astype("float32")
    y = (x.mean(axis=(1, 2, 3)) > 0.5).astype("float32")[:, None]
    losses = classifier.fit(x, y, epochs=30, verbose=0).history["loss"]
    assert len(losses) == 30
    scores = classifier.network.predict(x, verbose=0)
    np.testing.assert_array_equal(scores > 0, y > 0.5)
