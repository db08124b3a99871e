"""A long run with all callbacks, which must not grow.

`python tests/models/long_run.py MODEL` prints the resident size after 20 and
after 200 epochs, in bytes, and how often the train and the test step were
traced by the end of the second and of the last epoch.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

import keras
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from keras_generative import callbacks  # noqa: E402
from keras_generative import writers  # noqa: E402
from tests.test_case import make_compiled  # noqa: E402
from tests.test_case import make_images  # noqa: E402

EPOCHS = (20, 200)


class Size(keras.callbacks.Callback):
    """Resident size of this process after given epochs."""

    def __init__(self, calls):
        super().__init__()
        self.sizes, self.traces, self.calls = [], [], calls

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 in EPOCHS:
            pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
            self.sizes.append(int(pages) * os.sysconf("SC_PAGE_SIZE"))
        if epoch + 1 in (2, EPOCHS[-1]):
            self.traces.append(len(self.calls))


def all_callbacks(name, directory):
    where = {
        "writers": [
            writers.DiskWriter(directory),
            writers.TensorBoardWriter(directory / "events"),
        ]
    }
    images = make_images(4)
    if name == "gan":
        yield callbacks.SampleGridLogger(num_images=4, **where)
    else:
        yield callbacks.ReconstructionLogger(images, **where)
        yield callbacks.LatentPlotLogger(images, np.arange(4), **where)
    if name == "vae":
        yield callbacks.BetaWarmup(100)
    yield callbacks.BackupAndRestore(directory / "backup")
    yield keras.callbacks.CSVLogger(str(directory / "logs.csv"))
    yield keras.callbacks.ModelCheckpoint(str(directory / "best.keras"))
    yield keras.callbacks.TerminateOnNaN()
    yield keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=50)


def main(name):
    keras.utils.set_random_seed(1)
    model, calls = make_compiled(name), []
    unpack = model.unpack

    def count(data):  # in every train and test step, where it is traced
        calls.append(1)
        return unpack(data)

    model.unpack = count
    with tempfile.TemporaryDirectory() as directory:
        size = Size(calls)
        model.fit(
            make_images(20),
            batch_size=8,  # and a last batch of 4
            epochs=EPOCHS[-1],
            verbose=0,
            validation_data=make_images(12),
            callbacks=[*all_callbacks(name, pathlib.Path(directory)), size],
        )
    print(json.dumps({"sizes": size.sizes, "traces": size.traces}))


if __name__ == "__main__":
    main(sys.argv[1])
