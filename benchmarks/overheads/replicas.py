"""A step on one device, and one shared by two replicas on the same cores.

TensorFlow has a `MirroredStrategy` on two logical CPUs, JAX a `DataParallel`
on two devices that `XLA_FLAGS` makes of one. Keras trains on one device on
torch. As both share what cores there are, two take longer than one.
"""

import contextlib
import statistics

import keras
from contenders.ours import Clock
from overheads import memory
from overheads import models
from overheads.answer import answer
from overheads.step import AFTER_IMPORTS
from overheads.step import make_images

BATCH_SIZE = 128
STEPS = 100


def tensorflow_scope():
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope()


def jax_scope():
    devices = ["cpu:0", "cpu:1"]
    return keras.distribution.DataParallel(devices=devices).scope()


def batches(images):
    """What `fit` is given."""
    if keras.config.backend() != "tensorflow":
        return {"x": images, "batch_size": BATCH_SIZE}
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(images).batch(BATCH_SIZE)
    options = tf.data.Options()
    # Its thread is now and then not woken up when a dataset is finished.
    options.autotune.enabled = False
    return {"x": dataset.with_options(options)}


def measure(kind, replicas, rounds):
    columns = ("step, ms", "peak, MB")
    if replicas == 1:
        scope = contextlib.nullcontext()
    elif keras.config.backend() == "torch":
        return [dict.fromkeys(columns)]
    else:
        backend = keras.config.backend()
        scope = {"tensorflow": tensorflow_scope, "jax": jax_scope}[backend]()
    clock, seconds = Clock(), []
    with scope:
        model = models.make(kind, "mlp", side=28)
        data = batches(make_images(BATCH_SIZE * STEPS, side=28))
        for _ in range(rounds + 1):
            model.fit(**data, shuffle=False, verbose=0, callbacks=[clock])
            seconds.append(clock.seconds)
    figures = (
        1e3 * statistics.median(seconds[1:]) / STEPS,
        memory.peak() - AFTER_IMPORTS,
    )
    return [dict(zip(columns, figures))]


if __name__ == "__main__":
    answer(measure)
