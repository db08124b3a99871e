"""The backends against each other, by way of one file."""

import json

import numpy as np
import pytest

from tests.backend import trajectory

EXPECTED = json.loads(trajectory.FILE.read_text())


@pytest.mark.parametrize("case", trajectory.CASES)
def test_twenty_steps_are_the_same_on_every_backend(monkeypatch, case):
    trajectory.inject_noise(monkeypatch)
    logs = trajectory.trajectory(case)
    assert set(logs) == set(EXPECTED[case])
    for name, values in logs.items():
        np.testing.assert_allclose(
            values, EXPECTED[case][name], rtol=1e-4, atol=1e-4, err_msg=name
        )
