"""Each example runs as a user would run it, only shorter."""

import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_generative  # noqa: F401, so that Keras knows its classes

ROOT = pathlib.Path(__file__).parents[1]
PICTURES = {
    "autoencoder": ["latent_space", "random_latents", "reconstructions"],
    "vae": ["generated", "latent_manifold", "latent_space", "reconstructions"],
    "dcgan": ["samples"],
    "wgan_gp": ["samples"],
}


def test_every_example_is_tested():
    examples = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert examples == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_example(name, tmp_path):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (64, 8, 8), "uint8")
    np.savez(tmp_path / "data.npz", x_train=images, y_train=np.arange(64) % 10)
    arguments = "--dataset data.npz --epochs 2 --batch-size 32 --output out"
    result = subprocess.run(
        [sys.executable, ROOT / f"examples/{name}.py", *arguments.split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "Epoch 2/2" in result.stdout
    # Where everything is, and then one line of result.
    assert str(tmp_path / "out") in result.stdout.splitlines()[-2]
    assert any(c.isdigit() for c in result.stdout.splitlines()[-1])
    pictures = {
        p.stem.rsplit("_", 1)[0] for p in (tmp_path / "out").glob("*.png")
    }
    assert pictures == set(PICTURES[name])
    model = keras.models.load_model(tmp_path / f"out/{name}.keras")
    assert model.compiled


@pytest.mark.parametrize("name", PICTURES)
def test_example_is_short(name):
    source = (ROOT / f"examples/{name}.py").read_text()
    assert len(source.splitlines()) <= 100
