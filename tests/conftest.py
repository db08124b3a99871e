import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Tiny networks: compiling them well takes far longer than running them.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

import keras
import pytest


@pytest.fixture(autouse=True)
def fixed_seed():
    keras.utils.set_random_seed(1)
