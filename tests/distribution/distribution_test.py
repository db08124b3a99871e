"""One device against two replicas, and against two processes."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from tests.distribution import replicas

pytestmark = pytest.mark.skipif(
    keras.config.backend() == "torch",
    reason="Training on torch runs on a single device.",
)
HERE = pathlib.Path(__file__).parent
TOLERANCE = 1e-5


def run(script, *arguments):
    """Starts a script of this folder on the backend of this suite."""
    return subprocess.Popen(
        [sys.executable, HERE / script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KERAS_BACKEND": keras.config.backend()},
    )


def result(process):
    """What it printed last, as JSON."""
    with process:
        out, error = process.communicate(timeout=1800)
    assert process.returncode == 0, error[-5000:]
    return json.loads(out.splitlines()[-1])


def wait_for(condition, seconds, enough=False):
    """Waits for a condition, without which to go on if that is `enough`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            assert enough, f"waited {seconds} s in vain"
            return
        time.sleep(0.05)


def free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="module")
def replicas_result():
    return result(run("replicas.py"))


def test_two_replicas_reach_what_one_device_does(replicas_result):
    differences = dict(replicas_result["differences"])
    local = differences.pop("normalization")
    assert len(differences) >= 11
    half = {case: differences.pop(case) for case in ("half_vae", "half_gan")}
    for case, difference in differences.items():
        assert max(difference.values()) < 5 * TOLERANCE, (case, difference)
    for case, difference in half.items():  # float16 has three digits
        assert max(difference.values()) < 2e-3, (case, difference)
    # Statistics are of the local batch on TensorFlow, of the global on JAX.
    is_local = keras.config.backend() == "tensorflow"
    assert (local["weights"] > 0.01) == is_local


def test_batches_that_replicas_cannot_share_are_refused(replicas_result):
    indivisible, ragged, *others = replicas_result["refusals"]
    for message in (indivisible, ragged):
        assert "multiples of the number of replicas, 2" in message
    if keras.config.backend() == "tensorflow":
        too_small, accumulated = others
        assert "A replica was left without images" in too_small
        assert "gradient_accumulation_steps=2" in accumulated


def start_workers(case, directory, epochs):
    addresses = ",".join([free_address(), free_address()])
    return [
        run("workers.py", addresses, str(i), case, str(directory), str(epochs))
        for i in range(2)
    ]


def check_weights(directory, weights):
    for index in range(2):
        with np.load(directory / f"{index}.npz") as saved:
            assert len(saved) == len(weights)
            for name, weight in zip(saved, weights):
                np.testing.assert_allclose(
                    saved[name], weight, atol=TOLERANCE, err_msg=name
                )


def test_two_processes_reach_what_one_device_does(tmp_path):
    workers = start_workers("dragan_penalty", tmp_path, epochs=1)
    chief, other = (result(worker) for worker in workers)
    weights, logs = replicas.train("dragan_penalty", contextlib.nullcontext)
    for name, value in logs.items():
        np.testing.assert_allclose(chief["logs"][name], value, rtol=TOLERANCE)
        np.testing.assert_allclose(other["logs"][name], value, rtol=TOLERANCE)
    # All evaluate, lest `EarlyStopping` stops some of them.
    assert chief["logs"]["val_distance"] == other["logs"]["val_distance"] > 0
    check_weights(tmp_path, weights)
    assert chief["pictures"] == ["samples"]
    assert other["pictures"] == []


def test_both_go_on_after_one_was_killed(tmp_path):
    epochs = 40
    chief, other = start_workers("vae", tmp_path, epochs)
    wait_for(lambda: list((tmp_path / "backup").rglob("epoch_*")), seconds=600)
    other.kill()
    with other, chief:
        # It fails, or waits for the other one until it is stopped.
        wait_for(lambda: chief.poll() is not None, seconds=10, enough=True)
        chief.kill()
    assert chief.returncode != 0
    for worker in start_workers("vae", tmp_path, epochs):
        result(worker)
    weights, _ = replicas.train("vae", contextlib.nullcontext, epochs=epochs)
    check_weights(tmp_path, weights)
