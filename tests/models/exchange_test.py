import importlib.util
import os
import subprocess
import sys

import pytest

from tests.models import exchange

BACKENDS = ["tensorflow", "jax", "torch"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    directory = tmp_path_factory.mktemp("saved")
    exchange.save_all(directory)
    return directory


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_loads_what_this_one_saved(backend, saved):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    process = subprocess.run(
        [sys.executable, exchange.__file__, str(saved)],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr[-3000:]
