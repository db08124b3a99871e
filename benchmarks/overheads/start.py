"""How long it takes until a model trains: imports, and the first step.

Importing the package comes after Keras and its backend, so that its own share
is seen. The first step is that of `fit` on one batch, compilation included,
beside the second `fit` of the same.
"""

import importlib
import time

from overheads.answer import answer


def seconds(action, *arguments, **keywords):
    start = time.perf_counter()
    action(*arguments, **keywords)
    return time.perf_counter() - start


def measure(kind, rounds):
    del rounds  # Each is a process of its own.
    keras_import = seconds(importlib.import_module, "keras")
    import numpy as np

    package_import = seconds(importlib.import_module, "keras_generative")
    from overheads import models

    images = np.zeros((32, 8, 8, 1), "float32")
    start = time.perf_counter()
    model = models.make(kind)
    made = time.perf_counter() - start
    first = seconds(model.fit, images, verbose=0)
    second = seconds(model.fit, images, verbose=0)
    return [
        {
            "import keras, s": keras_import,
            "import keras_generative, s": package_import,
            "model and compile, s": made,
            "first fit of a step, s": first,
            "second, s": second,
        }
    ]


if __name__ == "__main__":
    answer(measure)
