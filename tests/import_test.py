"""What `import keras_generative` costs."""

import json
import subprocess
import sys

import keras

OPTIONAL = {"IPython", "PIL", "matplotlib", "sklearn", "tensorboard", "wandb"}
FRAMEWORKS = {"tensorflow", "jax", "torch"}
SCRIPT = """
import json, sys, time
import keras
before, start = set(sys.modules), time.process_time()
import keras_generative
seconds = time.process_time() - start
new = {name.split(".")[0] for name in set(sys.modules) - before}
print(json.dumps([seconds, sorted(new)]))
"""


def measure():
    output = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


def test_loads_no_optional_package_and_is_quick():
    seconds, modules = zip(*(measure() for _ in range(3)))
    new = set(modules[0])
    assert not new & OPTIONAL
    assert not new & (FRAMEWORKS - {keras.config.backend()})
    # Processor time, the best of three, because the machine may be busy.
    assert min(seconds) < 0.05
