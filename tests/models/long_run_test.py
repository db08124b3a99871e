import json
import subprocess
import sys

import keras

from tests.models import long_run

# What each save leaves behind on TensorFlow, in bytes: Keras makes an optimizer
# to see which attributes it has, and TensorFlow keeps kernels by its name.
LEFT_BY_A_SAVE = 80_000 if keras.config.backend() == "tensorflow" else 0


def test_a_long_run_does_not_grow():
    output = subprocess.run(
        [sys.executable, long_run.__file__, "vae"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    result = json.loads(output.splitlines()[-1])
    first, last = result["sizes"]
    saves = 2 * (long_run.EPOCHS[1] - long_run.EPOCHS[0])
    assert last <= 1.02 * first + saves * LEFT_BY_A_SAVE
    early, late = result["traces"]
    if keras.config.backend() == "torch":  # which traces nothing
        assert late == 100 * early
    else:
        assert late == early <= 4
