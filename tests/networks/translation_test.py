"""Networks from images to images, and those that look at patches."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import networks

GENERATORS = {
    "unet": networks.unet_generator,
    "resnet": networks.resnet_generator,
}
BUILDERS = {**GENERATORS, "patch": networks.patch_discriminator}


def noise(*shape):
    values = np.random.default_rng(0).normal(size=shape)
    return values.astype("float32")


def outputs_of(network, x, **kwargs):
    return ops.convert_to_numpy(network(x, **kwargs))


def layers_of(network, kind):
    return [layer for layer in network.layers if type(layer) is kind]


@pytest.mark.parametrize("name", GENERATORS)
def test_other_channels_within_the_range(name):
    generator = GENERATORS[name]((8, 16, 3), output_channels=1, base_filters=2)
    images = outputs_of(generator, 10 * noise(2, 8, 16, 3))
    assert images.shape == (2, 8, 16, 1)
    assert np.abs(images).max() <= 1
    assert images.std() > 0.01


@pytest.mark.parametrize("name", GENERATORS)
def test_without_an_activation(name):
    generator = GENERATORS[name](
        (8, 8, 1), base_filters=2, output_activation=None
    )
    last = generator.layers[-1]
    last.kernel.assign(1000 * last.kernel)
    assert np.abs(outputs_of(generator, noise(2, 8, 8, 1))).max() > 1


@pytest.mark.parametrize("name", BUILDERS)
def test_each_image_by_itself(name):
    """Whatever else is in the batch, in training, too."""
    without = {"dropout": 0.0} if name == "unet" else {}
    network = BUILDERS[name]((8, 8, 2), base_filters=2, **without)
    x = noise(3, 8, 8, 2)
    together = outputs_of(network, x, training=True)
    alone = outputs_of(network, x[1:2], training=False)
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_instance_normalization():
    norm = layers_of(
        networks.resnet_generator((8, 8, 1), base_filters=2, blocks=1),
        layers.GroupNormalization,
    )[0]
    x = 3 + 2 * noise(2, 8, 8, 2)
    mean, std = (f(x, axis=(1, 2), keepdims=True) for f in (np.mean, np.std))
    np.testing.assert_allclose(
        outputs_of(norm, x), (x - mean) / std, rtol=1e-3, atol=1e-4
    )


def test_unet_of_the_paper():
    """Appendix 6.1: C64-C128-C256-C512-C512-C512-C512-C512 and back."""
    generator = networks.unet_generator((256, 256, 3))
    down = [c.filters for c in layers_of(generator, layers.Conv2D)]
    up = [c.filters for c in layers_of(generator, layers.Conv2DTranspose)]
    assert down == [64, 128, 256, 512, 512, 512, 512, 512]
    assert up == [512, 512, 512, 512, 256, 128, 64, 3]
    joints = layers_of(generator, layers.Concatenate)
    counts = [joint.output.shape[-1] for joint in joints]
    assert counts == [1024, 1024, 1024, 1024, 512, 256, 128]
    assert len(layers_of(generator, layers.Dropout)) == 3
    # 6 of 8 on the way down, and the 7 between the way up's.
    assert len(layers_of(generator, layers.GroupNormalization)) == 13


def test_noise_of_the_unet_is_dropout_alone():
    x = noise(1, 16, 16, 1)
    for dropout in (0.0, 0.5):
        generator = networks.unet_generator(
            (16, 16, 1), base_filters=2, dropout=dropout
        )
        calls = [outputs_of(generator, x, training=True) for _ in range(2)]
        assert (calls[0] != calls[1]).any() == (dropout > 0)
        calm = [outputs_of(generator, x) for _ in range(2)]
        np.testing.assert_array_equal(*calm)


def test_residual_blocks_add_to_what_they_are_given():
    """Two convolutions a block, of four times the feature maps."""
    counts = [
        [c.filters for c in layers_of(network, layers.Conv2D)]
        for network in (
            networks.resnet_generator((16, 16, 1), base_filters=2, blocks=n)
            for n in (1, 3)
        )
    ]
    assert counts == [[2, 4, 8, 8, 8, 1], [2, 4, 8, *[8] * 6, 1]]


@pytest.mark.parametrize("stages, field", [(1, 16), (2, 34), (3, 70)])
def test_a_score_is_of_a_patch(stages, field):
    """One pixel changes the scores of as many patches as see it."""
    # Without normalization, by which each pixel reaches all of its image.
    network = patches_without_normalization(stages)
    x = np.zeros((1, 160, 160, 1), "float32")
    before = outputs_of(network, x)
    seen = []
    for column in range(30, 150):
        changed = x.copy()
        changed[0, :, column] = 100.0
        difference = outputs_of(network, changed) - before
        seen.append(bool(difference[0, 80 // 2**stages, 80 // 2**stages, 0]))
    assert sum(seen) == field


def patches_without_normalization(stages):
    network = networks.patch_discriminator(
        (160, 160, 1), base_filters=2, stages=stages
    )

    def clone(layer):
        if isinstance(layer, layers.GroupNormalization):
            return layers.Identity()
        return type(layer).from_config(layer.get_config())

    keras.utils.set_random_seed(3)
    return keras.models.clone_model(network, clone_function=clone)


def test_a_source_is_joined_to_the_image():
    network = networks.patch_discriminator(
        (8, 8, 3), source_shape=(8, 8, 1), base_filters=2
    )
    assert [x.name for x in network.inputs] == ["source", "images"]
    assert network.output_shape == (None, 2, 2, 1)
    source, images = noise(2, 8, 8, 1), noise(2, 8, 8, 3)
    scores = outputs_of(network, [source, images])
    for other in ([-source, images], [source, -images]):
        assert (outputs_of(network, other) != scores).any()


def test_files_load_without_this_package(tmp_path):
    x = noise(2, 8, 8, 1)
    outputs = {}
    for name, build in BUILDERS.items():
        network = build((8, 8, 1), base_filters=2)
        network.save(tmp_path / f"{name}.keras")
        outputs[name] = outputs_of(network, x)
    np.savez(tmp_path / "outputs.npz", x=x, **outputs)
    script = (
        "import sys, keras, numpy as np\n"
        "outputs = dict(np.load('outputs.npz'))\n"
        "x = outputs.pop('x')\n"
        "for name, expected in outputs.items():\n"
        "    network = keras.models.load_model(f'{name}.keras')\n"
        "    y = keras.ops.convert_to_numpy(network(x))\n"
        "    np.testing.assert_allclose(y, expected, atol=1e-5)\n"
        "assert len(outputs) == 3\n"
        "assert 'keras_generative' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
