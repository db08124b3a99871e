"""What `import keras_generative` brings along."""

import json
import subprocess
import sys

import keras

OPTIONAL = {"IPython", "PIL", "matplotlib", "sklearn", "tensorboard", "wandb"}
FRAMEWORKS = {"tensorflow", "jax", "torch"}
SCRIPT = """
import json, sys
import keras
before = set(sys.modules)
import keras_generative
new = {name.split(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(new)))
"""


def test_loads_no_optional_package():
    output = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    new = set(json.loads(output.splitlines()[-1]))
    assert "keras_generative" in new
    assert not new & OPTIONAL
    assert not new & (FRAMEWORKS - {keras.config.backend()})
