"""A run that may be killed and started again.

`python tests/callbacks/resumed_run.py MODEL DIRECTORY EPOCHS` trains a small
model to its end, from the backup in DIRECTORY if there is one, and leaves its
weights there. A further number has it killed after as many epochs, at a random
moment. `python tests/callbacks/resumed_run.py MODEL` lets 20 parts of a run end
like that, and compares it with one that was left alone.
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
LONGEST_PART = 6


def killer(count):
    """Kills this process soon after it began its epoch number `count`."""
    import keras

    begun = []

    def on_epoch_begin(epoch, logs):
        print(epoch, flush=True)
        begun.append(epoch)
        if len(begun) == count:
            kill = os.getpid(), signal.SIGKILL
            threading.Timer(random.uniform(0, 0.02), os.kill, kill).start()

    return keras.callbacks.LambdaCallback(on_epoch_begin=on_epoch_begin)


def train(name, directory, epochs, count=0):
    import keras
    from keras import layers

    from keras_generative.callbacks import BackupAndRestore
    from keras_generative.datasets import ShuffledBatches
    from keras_generative.models import GAN
    from tests import test_case

    keras.utils.set_random_seed(1)
    if name == "gan":
        discriminator = keras.Sequential(
            [
                keras.Input(test_case.IMAGE_SHAPE),
                layers.Conv2D(4, 3, strides=2, activation="tanh"),
                layers.Dropout(0.3, seed=2),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
        generator = keras.Sequential(
            [
                keras.Input((3,)),
                layers.Dense(16, use_bias=False),
                layers.BatchNormalization(),
                layers.Reshape(test_case.IMAGE_SHAPE),
            ]
        )
        model = GAN(generator, discriminator, latent_dim=3, seed=1)
        adams = [keras.optimizers.Adam(use_ema=True) for _ in range(2)]
        model.compile(*adams, penalties=["dragan_penalty", "r1_penalty"])
    else:
        model = test_case.make_compiled(name)
    model.fit(
        ShuffledBatches(*test_case.MODELS[name].data(20), batch_size=8, seed=1),
        epochs=epochs,
        verbose=0,
        callbacks=[BackupAndRestore(directory / "backup"), killer(count)],
    )
    np.savez(
        directory / "weights.npz",
        *[keras.ops.convert_to_numpy(v) for v in model.variables],
        *[keras.ops.convert_to_numpy(v) for v in model.optimizer.variables],
    )


def run(name, directory, *numbers):
    """Its exit code, and the epochs it began."""
    result = subprocess.run(
        [sys.executable, __file__, name, directory, *map(str, numbers)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return result.returncode, [int(line) for line in result.stdout.split()]


def killed_run(name, directory, epochs, num_kills):
    """Ends a run after kills in random epochs, at random moments of them.

    Returns the first and the last epoch of each part that was killed.
    """
    parts = []
    for _ in range(num_kills):
        # The second epoch begins after a backup.
        count = random.randint(2, LONGEST_PART)
        code, begun = run(name, directory, epochs, count)
        if code != -signal.SIGKILL:
            raise RuntimeError(f"The run ended with {code}.")
        parts.append((begun[0], begun[-1]))
    code, _ = run(name, directory, epochs)
    if code != 0:
        raise RuntimeError(f"The last part ended with {code}.")
    return parts


def same_weights(directory, other):
    with (
        np.load(directory / "weights.npz") as weights,
        np.load(other / "weights.npz") as others,
    ):
        return list(weights) == list(others) and all(
            np.array_equal(weights[name], others[name]) for name in weights
        )


def compare(name, directory, num_kills):
    left_alone, killed = directory / "left_alone", directory / "killed"
    for folder in (left_alone, killed):
        folder.mkdir()
    # Twice what the parts are to begin, as the kill may come epochs later.
    epochs = 2 * LONGEST_PART * (num_kills + 1)
    run(name, left_alone, epochs)
    parts = killed_run(name, killed, epochs, num_kills)
    return parts, same_weights(left_alone, killed)


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    if rest:
        train(name, pathlib.Path(rest[0]), *map(int, rest[1:]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(*compare(name, pathlib.Path(folder), num_kills=20))
