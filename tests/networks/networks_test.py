import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_generative import networks

SHAPES = [(28, 28, 1), (32, 32, 3), (36, 44, 2), (64, 64, 3), (4, 8, 1)]
SERIES = [(128, 3), (4, 1), (100, 2), (36, 5)]
VECTORS = [(7,), (1,), (2, 3, 4, 5)]
BUILDERS = {
    "mlp_encoder": lambda shape: networks.mlp_encoder(shape, 5),
    "mlp_decoder": lambda shape: networks.mlp_decoder(5, shape),
    "mlp_generator": lambda shape: networks.mlp_generator(5, shape),
    "mlp_discriminator": lambda shape: networks.mlp_discriminator(shape),
    "conv_encoder": lambda shape: networks.conv_encoder(shape, 5),
    "conv_decoder": lambda shape: networks.conv_decoder(5, shape),
    "dcgan_generator": lambda shape: networks.dcgan_generator(5, shape),
    "dcgan_discriminator": lambda shape: networks.dcgan_discriminator(shape),
    "residual_generator": lambda shape: networks.residual_generator(
        5, shape, filters=(8, 4)
    ),
    "residual_discriminator": lambda shape: networks.residual_discriminator(
        shape, filters=(4, 8, 8)
    ),
    "conv1d_encoder": lambda shape: networks.conv1d_encoder(shape, 5),
    "conv1d_decoder": lambda shape: networks.conv1d_decoder(5, shape),
    "conv1d_generator": lambda shape: networks.conv1d_generator(5, shape),
    "conv1d_discriminator": lambda shape: networks.conv1d_discriminator(shape),
    "unet_generator": lambda shape: networks.unet_generator(
        shape, base_filters=2
    ),
    "resnet_generator": lambda shape: networks.resnet_generator(
        shape, base_filters=2, blocks=1
    ),
    "patch_discriminator": lambda shape: networks.patch_discriminator(
        shape, base_filters=2
    ),
}
# Halved while that leaves whole pixels, and two of them.
PATCHES = {
    (28, 28, 1): (7, 7, 1),
    (32, 32, 3): (4, 4, 1),
    (36, 44, 2): (9, 11, 1),
    (64, 64, 3): (8, 8, 1),
    (4, 8, 1): (2, 4, 1),
}
CASES = [
    (name, shape)
    for name in BUILDERS
    for shape in {
        "mlp": [*SHAPES, *SERIES, *VECTORS],
        "conv": SHAPES,
        "dcgan": SHAPES,
        "residual": SHAPES,
        "conv1d": SERIES,
        "unet": SHAPES,
        "resnet": [shape for shape in SHAPES if min(shape[:2]) >= 8],
        "patch": SHAPES,
    }[name.split("_")[0]]
]


def small_shape(name):
    return (8, 1) if name.startswith("conv1d") else (8, 8, 1)


def shapes_of(name, shape):
    if name.endswith("encoder"):
        return shape, (5,)
    if name in ("unet_generator", "resnet_generator"):
        return shape, shape
    if name == "patch_discriminator":
        return shape, PATCHES[shape]
    if name.endswith("discriminator"):
        return shape, (1,)
    return (5,), shape


@pytest.mark.parametrize("name, shape", CASES)
def test_any_size_and_any_channels(name, shape):
    network = BUILDERS[name](shape)
    expected_input, expected_output = shapes_of(name, shape)
    assert network.input_shape == (None, *expected_input)
    assert network.output_shape == (None, *expected_output)
    assert network.name == name.split("_")[1]


@pytest.mark.parametrize("name", ["mlp_encoder", "conv_encoder"])
def test_gaussian_encoder_has_two_outputs(name):
    encoder = getattr(networks, name)((28, 28, 1), 2, gaussian=True)
    assert encoder.output_shape == [(None, 2), (None, 2)]
    assert encoder.output_names == ["z_mean", "z_log_var"]


def test_parameters_of_784_512_2():
    encoder = networks.mlp_encoder((28, 28, 1), 2)
    decoder = networks.mlp_decoder(2, (28, 28, 1))
    assert encoder.count_params() == 785 * 512 + 513 * 2
    assert decoder.count_params() == 3 * 512 + 513 * 784


def test_parameters_of_the_dcgan():
    generator = networks.dcgan_generator(10, (28, 28, 1), base_filters=8)
    discriminator = networks.dcgan_discriminator((28, 28, 1), base_filters=8)
    # Dense to 7x7x16, norm, 4x4 to 14x14x8, norm, 4x4 to 28x28x1 with bias.
    assert generator.count_params() == (
        10 * 7 * 7 * 16 + 4 * 16 + 16 * 16 * 8 + 4 * 8 + 16 * 8 + 1
    )
    # To 14x14x8, 7x7x16 and 4x4x32.
    assert discriminator.count_params() == (
        (16 + 1) * 8 + (16 * 8 + 1) * 16 + (16 * 16 + 1) * 32 + 4 * 4 * 32 + 1
    )


def test_parameters_of_the_residual_pair():
    generator = networks.residual_generator(10, (16, 16, 3), filters=(8, 4))
    discriminator = networks.residual_discriminator((16, 16, 3), (4, 8))
    # Dense to 4x4x8; norm, 3x3 without bias, norm, 3x3 and 1x1 to 8, and to 4;
    # norm and 3x3 to the image.
    assert generator.count_params() == (
        (10 + 1) * 4 * 4 * 8
        + (4 * 8 + 9 * 8 * 8 + 4 * 8 + (9 * 8 + 1) * 8 + (8 + 1) * 8)
        + (4 * 8 + 9 * 8 * 4 + 4 * 4 + (9 * 4 + 1) * 4 + (8 + 1) * 4)
        + (4 * 4 + (9 * 4 + 1) * 3)
    )
    # Two 3x3 and 1x1 to 4, and to 8.
    assert discriminator.count_params() == (
        ((9 * 3 + 1) * 4 + (9 * 4 + 1) * 4 + (3 + 1) * 4)
        + ((9 * 4 + 1) * 8 + (9 * 8 + 1) * 8 + (4 + 1) * 8)
        + (8 + 1)
    )


@pytest.mark.parametrize("size", [32, 48, 64, 128])
def test_sizes_of_the_residual_pair(size):
    depth = 5 if size == 128 else 3
    generator = networks.residual_generator(4, (size, size, 3), (4,) * depth)
    assert generator.output_shape == (None, size, size, 3)
    discriminator = networks.residual_discriminator(
        (size, size, 3), (4,) * (depth + 1)
    )
    last = [x for x in discriminator.layers if isinstance(x, keras.layers.Add)]
    side = size // 2**depth
    assert last[-1].output.shape == (None, side, side, 4)


@pytest.mark.parametrize(
    "size, smallest", [(28, 7), (32, 8), (64, 8), (96, 6), (36, 9), (8, 2)]
)
def test_dcgan_begins_with_a_small_map(size, smallest):
    generator = networks.dcgan_generator(4, (size, size, 3))
    reshape = next(
        layer
        for layer in generator.layers
        if isinstance(layer, keras.layers.Reshape)
    )
    assert reshape.output.shape[1:3] == (smallest, smallest)


@pytest.mark.parametrize(
    "name, low, high",
    [
        ("mlp_decoder", 0, 1),
        ("conv_decoder", 0, 1),
        ("mlp_generator", -1, 1),
        ("dcgan_generator", -1, 1),
        ("residual_generator", -1, 1),
    ],
)
def test_range_of_images(name, low, high):
    z = 100 * np.random.default_rng(0).normal(size=(8, 5))
    images = BUILDERS[name]((8, 8, 1)).predict(z, verbose=0)
    assert images.min() >= low
    assert images.max() <= high
    assert images.max() - images.min() > 0.5 * (high - low)


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_are_float32_under_mixed_precision(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = BUILDERS[name](small_shape(name))
    finally:
        keras.config.set_dtype_policy("float32")
    assert network.layers[1].compute_dtype in ("bfloat16", "float32")
    assert "bfloat16" in {layer.compute_dtype for layer in network.layers}
    assert network.output.dtype == "float32"


def test_files_load_without_this_package(tmp_path):
    z = np.ones((2, 5), "float32")
    network = BUILDERS["dcgan_generator"]((8, 8, 1))
    network.save(tmp_path / "network.keras")
    np.save(tmp_path / "images.npy", network.predict(z, verbose=0))
    script = (
        "import sys, keras, numpy as np\n"
        "network = keras.models.load_model('network.keras')\n"
        "images = network.predict(np.ones((2, 5), 'float32'), verbose=0)\n"
        "np.testing.assert_allclose(images, np.load('images.npy'), atol=1e-6)\n"
        "assert 'keras_generative' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    "build",
    [
        lambda: networks.mlp_encoder((), 2),
        lambda: networks.mlp_encoder((28, 28, 1), 0),
        lambda: networks.mlp_encoder((28, 28, 1), 2, hidden_units=(0,)),
        lambda: networks.mlp_encoder((28, 28, 1), 2, hidden_units=512),
        lambda: networks.mlp_decoder(-1, (28, 28, 1)),
        lambda: networks.mlp_decoder(2, (28, 0, 1)),
        lambda: networks.mlp_discriminator((28, 28, 1), hidden_units=(1.5,)),
        lambda: networks.conv_encoder((28, 28, 1), 2, filters=(32, None)),
        lambda: networks.conv_encoder((28, 28, 1), 2, filters=32),
        lambda: networks.conv_decoder(2, (28, 28, 1), filters=32),
        lambda: networks.conv_decoder(2, (28, 28, 1), filters=()),
        lambda: networks.conv_decoder(2, (30, 28, 1)),
        lambda: networks.conv_decoder(2, (28, 28, 1), filters=(8, 8, 8)),
        lambda: networks.dcgan_generator(2, (30, 28, 1)),
        lambda: networks.dcgan_generator(0, (28, 28, 1)),
        lambda: networks.dcgan_generator(2, (28, 28, 1), base_filters=0),
        lambda: networks.dcgan_discriminator((28, 28)),
        lambda: networks.residual_generator(2, (28, 28, 1)),
        lambda: networks.residual_generator(2, (32, 32, 3), filters=()),
        lambda: networks.residual_discriminator((28, 28, 1)),
        lambda: networks.residual_discriminator((32, 32, 3), filters=64),
        lambda: networks.mlp_encoder(28, 2),
        lambda: networks.mlp_encoder((28, None), 2),
        lambda: networks.conv_encoder((28, 28), 2),
        lambda: networks.conv1d_encoder((28, 28, 1), 2),
        lambda: networks.conv1d_decoder(2, (30, 1)),
        lambda: networks.conv1d_generator(2, (30, 1)),
        lambda: networks.conv1d_discriminator((30, 1)),
        lambda: networks.mlp_generator(2, (4,), num_classes=0),
        lambda: networks.conv_encoder((8, 8, 1), 2, num_classes=2.0),
        lambda: networks.unet_generator((30, 28, 1)),
        lambda: networks.unet_generator((28, 28, 1), stages=3),
        lambda: networks.unet_generator((28, 28, 1), stages=1),
        lambda: networks.unet_generator((28, 28, 1), output_channels=0),
        lambda: networks.unet_generator((28, 28, 1), dropout=1.0),
        lambda: networks.unet_generator((28, 28, 1), base_filters=2.0),
        lambda: networks.resnet_generator((4, 8, 1)),
        lambda: networks.resnet_generator((28, 30, 1)),
        lambda: networks.resnet_generator((28, 28, 1), blocks=0),
        lambda: networks.patch_discriminator((30, 28, 1)),
        lambda: networks.patch_discriminator((28, 28, 1), stages=3),
        lambda: networks.patch_discriminator((8, 8, 1), stages=3),
        lambda: networks.patch_discriminator((28, 28, 1), stages=0),
        lambda: networks.patch_discriminator((8, 8, 1), (8, 4, 1)),
    ],
)
def test_bad_arguments(build):
    with pytest.raises(ValueError, match="Argument.*must be.*Received"):
        build()


@pytest.mark.parametrize("gaussian", ["no", None, 2])
def test_bad_switch(gaussian):
    with pytest.raises(ValueError, match="`gaussian`.*Received: gaussian="):
        networks.mlp_encoder((4, 4, 1), 2, gaussian=gaussian)
