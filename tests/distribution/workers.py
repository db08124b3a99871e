"""One of several processes that train a model together.

`python tests/distribution/workers.py ADDRESSES INDEX CASE DIRECTORY EPOCHS`
leaves its weights in the DIRECTORY, backs up there, and prints its logs and
the pictures it wrote.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"

import keras
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))


def tensorflow_scope(addresses, index):
    task = {"type": "worker", "index": index}
    os.environ["TF_CONFIG"] = json.dumps(
        {"cluster": {"worker": addresses}, "task": task}
    )
    import tensorflow as tf

    return tf.distribute.MultiWorkerMirroredStrategy().scope


def jax_scope(addresses, index):
    keras.distribution.initialize(addresses[0], len(addresses), index)
    return keras.distribution.DataParallel(auto_shard_dataset=False).scope


def main(addresses, index, case, directory, epochs):
    backend = keras.config.backend()
    scope = {"tensorflow": tensorflow_scope, "jax": jax_scope}[backend](
        addresses, index
    )
    # The framework must not have started before.
    from keras_generative.callbacks import BackupAndRestore
    from keras_generative.callbacks import GenerativeEvaluator
    from keras_generative.callbacks import ReconstructionLogger
    from keras_generative.callbacks import SampleGridLogger
    from keras_generative.features import DigitClassifier
    from keras_generative.metrics import FrechetDistance
    from keras_generative.writers import MemoryWriter
    from tests.distribution import replicas

    writer = MemoryWriter()
    images = replicas.IMAGES
    logger = (
        ReconstructionLogger(images[:3], writers=[writer])
        if case in ("autoencoder", "vae")
        else SampleGridLogger(4, writers=[writer])
    )
    distance = FrechetDistance(DigitClassifier(), name="distance")
    weights, logs = replicas.train(
        case,
        scope,
        # On JAX each process brings its share of each batch.
        share=(index, len(addresses)) if backend == "jax" else (0, 1),
        callbacks=[
            BackupAndRestore(directory / "backup"),
            logger,
            GenerativeEvaluator([distance], images[:6]),
        ],
        epochs=epochs,
    )
    np.savez(directory / f"{index}.npz", *weights)
    pictures = [name for name, _, _ in writer.images]
    print(json.dumps({"logs": logs, "pictures": pictures}))


if __name__ == "__main__":
    addresses, index, case, directory, epochs = sys.argv[1:]
    main(
        addresses.split(","),
        int(index),
        case,
        pathlib.Path(directory),
        int(epochs),
    )
