"""What callbacks and writers add to an epoch.

Epochs with one and epochs without take turns. The first epoch of each `fit`
does not count: what is compiled and opened, is there. A picture of a writer is
one of 8x8 images. `NotebookWriter` is not here, since it needs a notebook.
"""

import os
import pathlib
import statistics
import tempfile
import time

import keras
import numpy as np
from overheads import models
from overheads.answer import answer

import keras_generative as kg

EPOCHS = 6
BATCH_SIZE = 128
IMAGES = np.random.default_rng(0).random((1024, 28, 28, 1), "float32")
FEW = IMAGES[:200]
MEMORY = {"writers": [kg.writers.MemoryWriter()]}


class Watch(keras.callbacks.Callback):
    """How long epochs took, but for the first one."""

    def on_train_begin(self, logs=None):
        self.ends = []

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(time.perf_counter())

    def seconds(self):
        return np.diff(self.ends)


class StillPicture(kg.callbacks.PictureLogger):
    """Hands a picture on that is there already."""

    def draw(self, model):
        return {"still": self.picture}

    picture = kg.visualization.image_grid(IMAGES[:64], 8)


def evaluator():
    features = kg.features.DigitClassifier()
    distance = kg.metrics.FrechetDistance(features)
    return kg.callbacks.GenerativeEvaluator([distance], FEW)


# By what is printed: functions of a folder that make a callback.
CALLBACKS = {
    "none": lambda folder: keras.callbacks.Callback(),
    "ReconstructionLogger of 10": lambda folder: (
        kg.callbacks.ReconstructionLogger(IMAGES[:10], **MEMORY)
    ),
    "SampleGridLogger of 64": lambda folder: kg.callbacks.SampleGridLogger(
        64, value_range=(0, 1), **MEMORY
    ),
    "LatentPlotLogger of 1,024": lambda folder: kg.callbacks.LatentPlotLogger(
        IMAGES, **MEMORY
    ),
    "TensorBoardLogger": lambda folder: kg.callbacks.TensorBoardLogger(folder),
    "TensorBoardLogger each step": lambda folder: (
        kg.callbacks.TensorBoardLogger(folder, every_n_steps=1)
    ),
    "WandbLogger": lambda folder: kg.callbacks.WandbLogger(),
    "WandbLogger each step": lambda folder: kg.callbacks.WandbLogger(
        every_n_steps=1
    ),
    "WandbCheckpoint": lambda folder: kg.callbacks.WandbCheckpoint(),
    "GenerativeEvaluator of 200": lambda folder: evaluator(),
    "Doctor": lambda folder: kg.callbacks.Doctor(),
    "Doctor with data of 200": lambda folder: kg.callbacks.Doctor(FEW),
    "BackupAndRestore": lambda folder: kg.callbacks.BackupAndRestore(
        folder / "backup"
    ),
    "Keras' BackupAndRestore": lambda folder: keras.callbacks.BackupAndRestore(
        str(folder / "backup")
    ),
    "BetaWarmup": lambda folder: kg.callbacks.BetaWarmup(10),
    "Keras' CSVLogger": lambda folder: keras.callbacks.CSVLogger(
        str(folder / "logs.csv")
    ),
}
WRITERS = {
    "MemoryWriter": lambda folder: kg.writers.MemoryWriter(),
    "DiskWriter": lambda folder: kg.writers.DiskWriter(folder),
    "FilmWriter": lambda folder: kg.writers.FilmWriter(folder),
    "TensorBoardWriter": lambda folder: kg.writers.TensorBoardWriter(folder),
    "WandbWriter": lambda folder: kg.writers.WandbWriter(),
}


def writing(make):
    return lambda folder: StillPicture(writers=[make(folder)])


CALLBACKS.update({name: writing(make) for name, make in WRITERS.items()})


def start_wandb(folder):
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true")
    import wandb

    return wandb.init(project="overhead", dir=folder)


def epochs(model, callbacks=()):
    """Seconds of each epoch."""
    watch = Watch()
    model.fit(
        IMAGES,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        verbose=0,
        callbacks=[*callbacks, watch],  # The watch is the last to be called.
    )
    return watch.seconds()


def added(model, make, folder, rounds):
    """Median of epochs with a callback, less that of epochs without."""
    with_it, without = [], []
    for number in range(rounds):
        without.extend(epochs(model))
        place = folder / str(number)
        place.mkdir(parents=True)
        callback = make(place)
        with_it.extend(epochs(model, [callback]))
    return statistics.median(with_it) - statistics.median(without)


def measure(rounds):
    model = models.make("vae", side=28)
    epochs(model)  # Compiles.
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run = start_wandb(folder)
        for number, (name, make) in enumerate(CALLBACKS.items()):
            cost = added(model, make, folder / f"{number}", rounds)
            rows.append({"callback": name, "ms an epoch": 1e3 * cost})
        run.finish()
    return rows


if __name__ == "__main__":
    answer(measure)
