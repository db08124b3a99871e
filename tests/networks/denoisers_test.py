"""Networks of diffusion and flow-matching models: of samples and times."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_generative import networks
from keras_generative.networks import denoising
from keras_generative.networks.dit import position_embedding
from keras_generative.networks.residual_blocks import normalized
from tests.networks.configuration_test import channels_first  # noqa: F401
from tests.networks.configuration_test import double_precision  # noqa: F401

NUM_CLASSES = 3
BUILDERS = {
    "mlp_denoiser": lambda shape, **kwargs: networks.mlp_denoiser(
        shape, hidden_units=(8, 8), **kwargs
    ),
    "unet": lambda shape, **kwargs: networks.unet(
        shape, filters=(4, 8), **kwargs
    ),
    "unet1d": lambda shape, **kwargs: networks.unet1d(
        shape, filters=(4, 8), **kwargs
    ),
    "dit": lambda shape, **kwargs: networks.dit(
        shape, patch_size=2, width=8, depth=1, num_heads=2, **kwargs
    ),
}
SHAPES = {
    "mlp_denoiser": (2,),
    "unet": (4, 6, 2),
    "unet1d": (6, 2),
    "dit": (4, 6, 2),
}


def build(name, num_classes=None, scale=0.3):
    """A network whose last layers are no longer zero."""
    network = BUILDERS[name](SHAPES[name], num_classes=num_classes)
    generator = np.random.default_rng(0)
    network.set_weights(
        [
            w + scale * generator.normal(size=w.shape).astype(w.dtype)
            for w in network.get_weights()
        ]
    )
    return network


def samples(network, batch_size=4):
    shape = (batch_size, *network.output_shape[1:])
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def call(network, *inputs):
    inputs = [keras.ops.convert_to_tensor(x) for x in inputs]
    outputs = network(inputs if len(inputs) > 1 else inputs[0])
    return keras.ops.convert_to_numpy(outputs)


def times(*values):
    return np.array(values, "float32")


def weights_at(network, kind):
    return [w for w in network.trainable_variables if w.path.endswith(kind)]


@pytest.mark.parametrize(
    "name, shape",
    [
        ("mlp_denoiser", (1,)),
        ("mlp_denoiser", (2, 3, 4, 5)),
        ("unet", (28, 28, 1)),
        ("unet", (2, 10, 3)),
        ("unet1d", (10, 3)),
        ("dit", (28, 28, 1)),
        ("dit", (2, 10, 3)),
    ],
)
def test_any_size_and_any_channels(name, shape):
    network = BUILDERS[name](shape)
    assert network.name == "denoiser"
    assert network.input_shape == [(None, *shape), (None,)]
    assert [x.name for x in network.inputs] == ["images", "time"]
    assert network.output_shape == (None, *shape)


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_begin_with_zeros(name):
    network = BUILDERS[name](SHAPES[name])
    x = samples(network)
    assert not call(network, x, times(0, 0.1, 0.5, 1)).any()


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_are_unbounded(name):
    network = build(name)
    bias = weights_at(network, "bias")[-1]
    bias.assign(keras.ops.full(bias.shape, 1000.0))
    x = samples(network)
    y = call(network, x, times(0, 0.1, 0.5, 1))
    np.testing.assert_allclose(y, 1000, atol=100)


@pytest.mark.parametrize("name", BUILDERS)
def test_each_sample_has_its_time(name):
    network = build(name)
    x = samples(network)
    t = times(0.1, 0.2, 0.1, 1.0)
    mixed = call(network, x, t)
    for value in t:
        alone = call(network, x, times(*[value] * 4))
        same = t == value
        np.testing.assert_allclose(mixed[same], alone[same], atol=1e-4)
        difference = np.abs(mixed - alone).reshape(4, -1).max(axis=1)
        assert (difference[~same] > 1e-3).all()


@pytest.mark.parametrize("name", BUILDERS)
def test_each_sample_has_its_label_and_one_more_says_none(name):
    network = build(name, NUM_CLASSES)
    assert [x.name for x in network.inputs] == ["images", "time", "labels"]
    assert network.inputs[2].dtype == "int32"
    x = np.repeat(samples(network, 1), NUM_CLASSES + 1, axis=0)
    t = times(*[0.5] * (NUM_CLASSES + 1))
    labels = np.arange(NUM_CLASSES + 1, dtype="int32")
    y = call(network, x, t, labels)
    np.testing.assert_allclose(
        call(network, x, t, labels[::-1].copy()), y[::-1], atol=1e-4
    )
    for a in labels:
        for b in labels[:a]:
            assert np.abs(y[a] - y[b]).max() > 1e-3


@pytest.mark.parametrize("name", ["unet", "unet1d", "dit"])
def test_every_pixel_depends_on_every_other(name):
    network = build(name)
    x = samples(network, 1)
    moved = x.copy()
    moved[:, 0] += 1.0
    before = call(network, x, times(0.5))
    assert (call(network, moved, times(0.5)) != before).all()


@pytest.mark.parametrize("name", BUILDERS)
def test_all_weights_get_gradients(name):
    network = build(name, NUM_CLASSES)
    network.compile("sgd", "mse")
    before = network.get_weights()
    x = samples(network)
    t, labels = times(0.1, 0.2, 0.7, 1.0), np.arange(4)
    network.train_on_batch([x, t, labels], x)
    for weight, old in zip(network.variables, before):
        moved = np.array(weight) != old
        # A key's bias is the same for all that is attended to.
        assert moved.any() or "key/bias" in weight.path, weight.path


def test_time_embedding():
    time = keras.Input(())
    network = keras.Model(time, denoising.time_embedding(time, 6))
    t = np.array([0.0, 0.001, 0.25, 1.0])
    angles = 1000 * t[:, None] * 10000 ** (-np.array([0, 1, 2]) / 3)
    np.testing.assert_allclose(
        call(network, t.astype("float32")),
        np.concatenate([np.sin(angles), np.cos(angles)], axis=1),
        atol=1e-4,
    )


def test_position_embedding():
    rows, columns = position_embedding(2, 3, 8)
    assert rows.shape == (2, 1, 8)
    assert columns.shape == (1, 3, 8)
    waves = np.array([1.0, 0.01])
    for i, j in np.ndindex(2, 3):
        parts = [f(p * waves) for p in (i, j) for f in (np.sin, np.cos)]
        np.testing.assert_allclose(
            (rows + columns)[i, j], np.concatenate(parts)
        )


@pytest.mark.parametrize(
    "filters, groups",
    [(1, 1), (4, 1), (7, 1), (18, 3), (32, 8), (48, 12), (128, 32), (256, 32)],
)
def test_groups_divide_the_channels(filters, groups):
    inputs = keras.Input((4, filters))
    network = keras.Model(inputs, normalized(inputs))
    x = np.random.default_rng(0).normal(2, 3, size=(2, 4, filters))
    y = call(network, x.astype("float32"))
    y = y.reshape(2, 4, groups, -1)
    np.testing.assert_allclose(y.mean(axis=(1, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(1, 3)), 1, atol=1e-2)


def attention_shapes(network):
    return [
        keras.tree.flatten(layer.input)[0].shape[1]
        for layer in network.layers
        if isinstance(layer, keras.layers.MultiHeadAttention)
    ]


def test_sizes_and_attention_of_a_unet():
    network = networks.unet(
        (8, 16, 1), filters=(4, 8, 12), num_blocks=2, attention_sizes=(4,)
    )
    # Twice on the way down, once at the bottom, twice on the way up.
    assert attention_shapes(network) == [32, 32, 8, 32, 32]
    strided = [
        layer.filters
        for layer in network.layers
        if getattr(layer, "strides", None) == (2, 2)
    ]
    assert strided == [8, 12, 8, 4]


def test_blocks_of_a_dit_begin_as_the_identity():
    network = BUILDERS["dit"](SHAPES["dit"])
    last = [x for x in network.layers if isinstance(x, keras.layers.Dense)][-1]
    kernel = np.random.default_rng(0).normal(size=last.kernel.shape)
    last.kernel.assign(kernel.astype("float32"))
    x = samples(network, 1)
    moved = x.copy()
    moved[0, 0, 0] += [1.0, 2.0]  # in the first of 2 x 3 patches
    change = call(network, moved, times(0.5)) != call(network, x, times(0.5))
    assert change[0, :2, :2].all()
    assert not change[0, 2:].any()
    assert not change[0, :, 2:].any()


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(name, policy):
    reference = build(name)
    keras.config.set_dtype_policy(policy)
    try:
        network = BUILDERS[name](SHAPES[name])
    finally:
        keras.config.set_dtype_policy("float32")
    network.set_weights(reference.get_weights())
    half = policy.removeprefix("mixed_")
    assert half in {getattr(x, "compute_dtype", "") for x in network.layers}
    assert network.output.dtype == "float32"
    # These two are one number in half precision.
    x, t = samples(network), times(0.9990, 0.9992, 0.5, 0.0)
    expected = call(reference, x, t)
    tolerance = 0.1 * expected.std()
    np.testing.assert_allclose(call(network, x, t), expected, atol=tolerance)


def test_neighbouring_times_differ_under_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        time = keras.Input(())
        network = keras.Model(time, denoising.time_embedding(time, 4))
    finally:
        keras.config.set_dtype_policy("float32")
    a, b = call(network, times(0.9990, 0.9991))
    assert np.abs(a - b).max() > 0.05


@pytest.mark.parametrize("name", BUILDERS)
def test_channels_come_last_whatever_keras_says(name, request):
    expected = build(name)
    request.getfixturevalue("channels_first")
    network = BUILDERS[name](SHAPES[name])
    network.set_weights(expected.get_weights())
    x, t = samples(network), times(0, 0.1, 0.5, 1)
    np.testing.assert_allclose(
        call(network, x, t), call(expected, x, t), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_are_double_where_keras_is(name, request):
    request.getfixturevalue("double_precision")
    network = BUILDERS[name](SHAPES[name])
    assert network.output.dtype == "float64"


def test_files_load_without_this_package(tmp_path):
    for name in BUILDERS:
        network = build(name, NUM_CLASSES)
        network.save(tmp_path / f"{name}.keras")
        x, t, labels = samples(network), times(0, 0.1, 0.5, 1), np.arange(4)
        y = call(network, x, t, labels)
        np.savez(tmp_path / f"{name}.npz", x=x, t=t, labels=labels, y=y)
    script = (
        "import sys, keras, numpy as np\n"
        f"for name in {list(BUILDERS)}:\n"
        "    network = keras.models.load_model(f'{name}.keras')\n"
        "    a = np.load(f'{name}.npz')\n"
        "    y = network([a['x'], a['t'], a['labels']])\n"
        "    y = keras.ops.convert_to_numpy(y)\n"
        "    np.testing.assert_allclose(y, a['y'], rtol=1e-4, atol=1e-4)\n"
        "assert 'keras_generative' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    "build",
    [
        lambda: networks.mlp_denoiser(2),
        lambda: networks.mlp_denoiser((2,), hidden_units=8),
        lambda: networks.mlp_denoiser((2,), num_classes=0),
        lambda: networks.unet((28, 28)),
        lambda: networks.unet((30, 28, 1)),
        lambda: networks.unet((28, 28, 1), filters=()),
        lambda: networks.unet((28, 28, 1), filters=(8, 0)),
        lambda: networks.unet((28, 28, 1), filters=(8, 8, 8, 8)),
        lambda: networks.unet((28, 28, 1), num_blocks=0),
        lambda: networks.unet((28, 28, 1), attention_sizes=14),
        lambda: networks.unet((28, 28, 1), attention_sizes=(14, 8)),
        lambda: networks.unet1d((28, 28, 1)),
        lambda: networks.unet1d((30, 1)),
        lambda: networks.dit((28, 30, 1)),
        lambda: networks.dit((28, 28)),
        lambda: networks.dit((28, 28, 1), patch_size=0),
        lambda: networks.dit((28, 28, 1), patch_size=3),
        lambda: networks.dit((28, 28, 1), width=30, num_heads=1),
        lambda: networks.dit((28, 28, 1), width=32, num_heads=5),
        lambda: networks.dit((28, 28, 1), num_heads=0),
        lambda: networks.dit((28, 28, 1), depth=0),
    ],
)
def test_bad_arguments(build):
    with pytest.raises(ValueError, match="Argument.*must be.*Received"):
        build()
