"""A run that may be killed and started again.

`python tests/callbacks/resumed_run.py MODEL DIRECTORY` trains a small model
to its end, from the backup in DIRECTORY if there is one, and leaves its
weights there. `python tests/callbacks/resumed_run.py MODEL` kills such a run
at 20 random moments, and compares it with one that was left alone.
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
NUM_EPOCHS = 200


def train(name, directory):
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
    begin = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: print(epoch, flush=True)
    )
    model.fit(
        ShuffledBatches(test_case.make_images(20), batch_size=8, seed=1),
        epochs=NUM_EPOCHS,
        verbose=0,
        callbacks=[BackupAndRestore(directory / "backup"), begin],
    )
    np.savez(
        directory / "weights.npz",
        *[keras.ops.convert_to_numpy(v) for v in model.variables],
        *[keras.ops.convert_to_numpy(v) for v in model.optimizer.variables],
    )


def start(name, directory):
    return subprocess.Popen(
        [sys.executable, __file__, name, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def killed_run(name, directory, num_kills, longest=0.5):
    """Ends a run after kills at random moments.

    Returns the first and the last epoch of each part that was killed.
    """
    epochs = []
    while True:
        with start(name, directory) as process:
            # The first epoch compiles, and the second begins after a backup.
            lines = [process.stdout.readline() for _ in range(2)]
            if len(epochs) < num_kills:
                time.sleep(random.uniform(0, longest))
                process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        if process.returncode == 0:
            return epochs
        if process.returncode != -signal.SIGKILL:
            raise RuntimeError(f"The run ended with {process.returncode}.")
        epochs.append((int(lines[0]), int(lines[-1])))


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
    with start(name, left_alone) as process:
        process.communicate()
    epochs = killed_run(name, killed, num_kills)
    return epochs, same_weights(left_alone, killed)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        train(sys.argv[1], pathlib.Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(*compare(sys.argv[1], pathlib.Path(folder), num_kills=20))
