"""Trains on one device and on two replicas, and prints how they differ.

`python tests/distribution/replicas.py` splits the CPU in two devices, which
must happen before the framework starts: hence a process of its own.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["XLA_FLAGS"] = (
    "--xla_backend_optimization_level=0"
    " --xla_force_host_platform_device_count=2"
)
# Threads for XLA on the CPU. Each replica that waits for the other one holds
# a thread, and with one a core there may be none left for the other.
os.environ["NPROC"] = "16"

import keras
import numpy as np
from keras import layers

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from keras_generative.models import ACGAN  # noqa: E402
from keras_generative.models import GAN  # noqa: E402
from keras_generative.models import InfoGAN  # noqa: E402
from keras_generative.models import SemiSupervisedGAN  # noqa: E402
from tests.backend import trajectory  # noqa: E402

NUM_IMAGES = trajectory.NUM_STEPS * 8
IMAGES = (
    np.random.default_rng(4)
    .uniform(size=(NUM_IMAGES, *trajectory.SHAPE))
    .astype("float32")
)
# Two in three are not known, and replicas have different numbers of them.
SOME_LABELS = np.random.default_rng(5).integers(-4, 2, NUM_IMAGES).clip(-1)
LABELS = {
    "acgan": np.arange(NUM_IMAGES) % 2,
    "semi_supervised_gan": SOME_LABELS,
    "feature_matching": SOME_LABELS,
    "conditional_vae": trajectory.targets_of("conditional_vae"),
    "projection": trajectory.targets_of("projection"),
    "image_translation": trajectory.targets_of("image_translation"),
    "cycle_gan": trajectory.targets_of("cycle_gan"),
    "dual_gan": trajectory.targets_of("dual_gan"),
    "diffusion": trajectory.targets_of("diffusion"),
    "adversarial_autoencoder": trajectory.targets_of("projection"),
}
# Trained by the code of other cases, on samples that are shared as images are.
ELSEWHERE = {
    "denoising_autoencoder",
    "conditional_autoencoder",
    "series_vae",
    "vector_gan",
    "edm",
    # Replicas pair what is theirs.
    "optimal_transport",
}


def normalized_gan(synchronized):
    z = keras.Input((4,))
    x = layers.Dense(16)(z)
    x = layers.BatchNormalization(synchronized=synchronized)(x)
    x = layers.Dense(64, activation="tanh")(x)
    generator = keras.Model(z, layers.Reshape(trajectory.SHAPE)(x))
    model = GAN(generator, trajectory.discriminator(), latent_dim=4, seed=1)
    trajectory.set_weights(model)
    model.compile(*[keras.optimizers.SGD(0.1) for _ in range(2)])
    return model


def adam_gan(**arguments):
    model = trajectory.gan()
    model.compile(*[keras.optimizers.Adam(1e-3, **arguments) for _ in "gd"])
    return model


def judge(*sizes, features=False):
    """A discriminator of outputs of these sizes, and of what is before."""
    images = keras.Input(trajectory.SHAPE)
    x = layers.Dense(8, activation="tanh")(layers.Flatten()(images))
    outputs = [layers.Dense(size)(x) for size in sizes]
    return keras.Model(images, [*outputs, x] if features else outputs)


def maker(num_inputs, num_classes=None):
    """A generator, with labels if there are classes."""
    inputs = x = keras.Input((num_inputs,))
    if num_classes is not None:
        inputs = [x, labels := keras.Input((), dtype="int32")]
        x = x + layers.Embedding(num_classes, num_inputs)(labels)
    x = layers.Dense(64, activation="tanh")(x)
    return keras.Model(inputs, layers.Reshape(trajectory.SHAPE)(x))


def game(model_class, generator, discriminator, **kwargs):
    model = model_class(generator, discriminator, 4, seed=1, **kwargs)
    trajectory.set_weights(model)
    model.compile(*[keras.optimizers.SGD(0.1) for _ in range(2)])
    return model


def half_precision(case):
    keras.config.set_dtype_policy("mixed_float16")
    model = trajectory.CASES[case]()
    keras.config.set_dtype_policy("float32")
    optimizer = model.optimizer
    for player in getattr(optimizer, "inner_optimizers", {"": optimizer}):
        inner = optimizer[player] if player else optimizer
        # Far from overflow, which the sum over half a batch may escape.
        inner.dynamic_scale.assign(2.0**10)
    return model


CASES = {
    **{k: v for k, v in trajectory.CASES.items() if k not in ELSEWHERE},
    "averages": lambda: adam_gan(use_ema=True),
    "accumulation": lambda: adam_gan(gradient_accumulation_steps=2),
    "clipping": lambda: adam_gan(clipnorm=0.01),
    "acgan": lambda: game(ACGAN, maker(4, num_classes=2), judge(1, 2)),
    "infogan": lambda: game(
        InfoGAN, maker(4 + 3 + 2), judge(1, 3, 2), num_categories=3
    ),
    "semi_supervised_gan": lambda: game(SemiSupervisedGAN, maker(4), judge(2)),
    "feature_matching": lambda: game(
        SemiSupervisedGAN, maker(4), judge(2, features=True)
    ),
    "half_vae": lambda: half_precision("vae"),
    "half_gan": lambda: half_precision("gradient_penalty"),
    "normalization": lambda: normalized_gan(synchronized=False),
    "synchronized_normalization": lambda: normalized_gan(synchronized=True),
}
# Means of one term a sample. On JAX, where a step is one program for all
# replicas, they are shared as those of the other cases are.
MEANS = {
    "minimax",
    "non_saturating",
    "least_squares",
    "hinge",
    "one_sided",
    "boundary_seeking",
}
# What Keras has for one of the two alone, or does replica by replica.
if keras.config.backend() == "jax":
    ABSENT = {"synchronized_normalization", *MEANS}
else:
    ABSENT = {"accumulation", "clipping"}


def tensorflow_scopes():
    """Contexts in which to make and train a model: one device, replicas."""
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    # One object for all cases: the collectives of two strategies on the same
    # devices would take each other for their own.
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    return tf.distribute.get_strategy().scope, strategy.scope


def jax_scopes():
    parallel = keras.distribution.DataParallel(devices=["cpu:0", "cpu:1"])
    single = keras.distribution.DataParallel(devices=["cpu:0"])
    return single.scope, parallel.scope


def share_of_batches(images, part, num_parts):
    """What one of several processes sees of each batch of 8."""
    batches = images.reshape(-1, num_parts, 8 // num_parts, *images.shape[1:])
    return batches[:, part].reshape(-1, *images.shape[1:])


def batches(arrays, size):
    """What `fit` is given: arrays where the backend has no data of its own."""
    if keras.config.backend() == "jax":
        return {**dict(zip("xy", arrays)), "batch_size": size}
    import tensorflow as tf

    # Of several processes, Keras reduces what it takes to build a model, and
    # cannot where it comes as a tuple.
    data = tuple(arrays) if len(arrays) > 1 else arrays[0]
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(size)
    options = tf.data.Options()
    # Its thread is now and then not woken up when a dataset is finished,
    # which takes 10 or 20 seconds, and has taken the process down.
    options.autotune.enabled = False
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )
    return {"x": dataset.with_options(options)}


def train(case, scope, share=(0, 1), callbacks=(), epochs=1):
    """The weights at the end, and the logs, of training and evaluation."""
    arrays = [IMAGES, LABELS[case]] if case in LABELS else [IMAGES]
    arrays = [share_of_batches(array, *share) for array in arrays]
    size = 8 // share[1]
    first = tuple(array[: 2 * size] for array in arrays)
    is_jax = keras.config.backend() == "jax"
    with scope():
        model = CASES[case]()
        logs = model.fit(
            **batches(arrays, size),
            epochs=epochs,
            shuffle=False,
            verbose=0,
            validation_data=first if is_jax else batches(first, size)["x"],
            callbacks=callbacks,
        ).history
    weights = [keras.ops.convert_to_numpy(v) for v in model.weights]
    return weights, {name: values[-1] for name, values in logs.items()}


def difference(case, scopes):
    (weights, logs), (replicated, replicated_logs) = (
        train(case, scope) for scope in scopes
    )
    return {
        "weights": max(
            float(np.abs(a - b).max()) for a, b in zip(weights, replicated)
        ),
        **{
            name: abs(value - replicated_logs[name])
            for name, value in logs.items()
        },
    }


def refusal(scope, images, batch_size, case="vae"):
    """What training says to what replicas cannot do."""
    with scope():
        model = CASES[case]()
        try:
            model.fit(images, batch_size=batch_size, verbose=0)
        except Exception as error:
            return str(error)


def refusals(scope):
    messages = [refusal(scope, IMAGES[:8], 5), refusal(scope, IMAGES[:11], 8)]
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        # What this holds is not known before it is read.
        images = tf.data.Dataset.from_tensor_slices(IMAGES[:9]).batch(8)
        messages.append(refusal(scope, images, None))
        messages.append(refusal(scope, IMAGES[:8], 8, "accumulation"))
    return messages


if __name__ == "__main__":
    backend = keras.config.backend()
    scopes = {"tensorflow": tensorflow_scopes, "jax": jax_scopes}[backend]()
    print(
        json.dumps(
            {
                "differences": {
                    case: difference(case, scopes)
                    for case in CASES.keys() - ABSENT
                },
                "refusals": refusals(scopes[1]),
            }
        )
    )
