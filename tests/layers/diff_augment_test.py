"""The layers of DiffAugment against numpy, with given noise."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative.layers import DiffColor
from keras_generative.layers import DiffCutout
from keras_generative.layers import DiffTranslation
from keras_generative.layers import GaussianSampling
from keras_generative.layers import diff_augment

LAYERS = [DiffColor, DiffTranslation, DiffCutout]
SHAPES = [(4, 6, 5, 3), (4, 8, 8, 1)]


def make_images(shape):
    generator = np.random.default_rng(0)
    return generator.uniform(-1.0, 1.0, shape).astype("float32")


def make_noise(shape, seed=None):
    """In [0, 1), the first image's lowest and the last one's highest."""
    generator = np.random.default_rng(1)
    noise = generator.uniform(size=shape).astype("float32")
    noise[0], noise[-1] = 0.0, 1.0 - 2.0**-24
    return noise


@pytest.fixture
def given_noise(monkeypatch):
    monkeypatch.setattr(
        backend,
        "random_uniform",
        lambda shape, seed: ops.convert_to_tensor(
            make_noise([int(size) for size in shape])
        ),
    )


def color(images, layer):
    """As the paper's code has it, one image at a time."""
    low, high = layer.value_range
    result = []
    noise = make_noise((len(images), 3))
    for image, (u, v, w) in zip(images.astype("float64"), noise):
        image = image + (2 * u - 1) * layer.brightness * (high - low)
        grey = image.mean(axis=2, keepdims=True)
        factor = 1 - layer.saturation + 2 * layer.saturation * v
        image = (image - grey) * factor + grey
        factor = 1 - layer.contrast + 2 * layer.contrast * w
        result.append((image - image.mean()) * factor + image.mean())
    return np.stack(result)


def translation(images, layer):
    result = np.full_like(images, layer.fill_value)
    height, width = images.shape[1:3]
    limits = [int(size * layer.ratio + 0.5) for size in (height, width)]
    for n, noise in enumerate(make_noise((len(images), 2))):
        down, right = (
            int(u * (2 * limit + 1)) - limit for u, limit in zip(noise, limits)
        )
        for i in range(height):
            for j in range(width):
                if 0 <= i - down < height and 0 <= j - right < width:
                    result[n, i, j] = images[n, i - down, j - right]
    return result


def cutout(images, layer):
    result = images.copy()
    sizes = images.shape[1:3]
    lengths = [int(size * layer.ratio + 0.5) for size in sizes]
    for n, noise in enumerate(make_noise((len(images), 2))):
        offsets = [
            int(u * (size + 1 - length % 2))
            for u, size, length in zip(noise, sizes, lengths)
        ]
        for i in range(lengths[0]):
            for j in range(lengths[1]):
                row = i + offsets[0] - lengths[0] // 2
                column = j + offsets[1] - lengths[1] // 2
                if 0 <= row < sizes[0] and 0 <= column < sizes[1]:
                    result[n, row, column] = layer.fill_value
    return result


CASES = [
    (color, DiffColor()),
    (color, DiffColor(0.1, 0.5, 2.0, value_range=(0, 1))),
    (color, DiffColor(0.0, 0.0, 0.0)),
    *[
        (translation, DiffTranslation(ratio, fill_value))
        for ratio in (0.0, 0.125, 0.5, 1.0)
        for fill_value in (0.0, -1.0)
    ],
    *[
        (cutout, DiffCutout(ratio, fill_value))
        for ratio in (0.0, 0.3, 0.5, 1.0)
        for fill_value in (0.0, 0.5)
    ],
]


def name_of(case):
    return case.name if isinstance(case, keras.layers.Layer) else ""


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reference, layer", CASES, ids=name_of)
def test_numpy_reference(given_noise, reference, layer, shape):
    images = make_images(shape)
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(images)),
        reference(images, layer),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reference, layer", CASES, ids=name_of)
def test_gradient_by_finite_differences(given_noise, reference, layer, shape):
    images = make_images(shape)
    direction, weights = np.random.default_rng(2).normal(size=(2, *shape))
    gradient = backend.input_gradient(
        lambda x: layer(x) * ops.convert_to_tensor(weights.astype("float32")),
        ops.convert_to_tensor(images),
    )
    step = 1e-3 * direction
    images = images.astype("float64")
    ahead, behind = (
        (weights * reference(images + sign * step, layer)).sum((1, 2, 3))
        for sign in (1, -1)
    )
    # For each image: one without a gradient would be lost in the sum.
    np.testing.assert_allclose(
        (ops.convert_to_numpy(gradient) * direction).sum((1, 2, 3)),
        (ahead - behind) / 2e-3,
        rtol=1e-4,
        atol=1e-4,
    )


def test_full_translation_empties_an_image(given_noise):
    images = ops.convert_to_numpy(DiffTranslation(1.0)(make_images(SHAPES[0])))
    assert (images[0] == 0.0).all()
    assert (images[-1] == 0.0).all()


def test_translations_and_boxes_are_uniform():
    """Each of the 5 x 5 moves and 4 x 4 places, five standard errors wide."""
    num_images = 20_000
    images = np.zeros((num_images, 4, 4, 1), "float32")
    images[:, 2, 2] = 1.0
    moved = ops.convert_to_numpy(DiffTranslation(0.5, seed=1)(images))
    # From pixel 2 a move of -2..1 ends in the image, 2 is outside.
    share = 1 / 25
    tolerance = 5 * np.sqrt(share * (1 - share) / num_images)
    np.testing.assert_allclose(
        moved.mean(axis=0)[..., 0], share, rtol=0, atol=tolerance
    )
    boxes = DiffCutout(0.25, seed=1)(np.ones_like(images))
    share = 1 / 16
    tolerance = 5 * np.sqrt(share * (1 - share) / num_images)
    np.testing.assert_allclose(
        1.0 - ops.convert_to_numpy(boxes).mean(axis=0)[..., 0],
        share,
        rtol=0,
        atol=tolerance,
    )


@pytest.mark.parametrize("make", [*LAYERS, diff_augment])
def test_same_seed_same_noise_and_new_noise_each_call(make):
    images = make_images((16, 8, 8, 3))
    layer, twin = make(seed=1), make(seed=1)
    first, second, again = (
        ops.convert_to_numpy(f(images)) for f in (layer, layer, twin)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != second).any()
    # Each image has numbers of its own.
    same = ops.convert_to_numpy(layer(np.tile(images[:1], (16, 1, 1, 1))))
    assert len(np.unique(same.reshape(16, -1).round(4), axis=0)) > 4


@pytest.mark.parametrize("make", [*LAYERS, diff_augment])
def test_only_in_training(make):
    images = make_images(SHAPES[0])
    kept = ops.convert_to_numpy(make(seed=1)(images, training=False))
    np.testing.assert_array_equal(kept, images)
    assert (ops.convert_to_numpy(make(seed=1)(images)) != images).any()


@pytest.mark.parametrize("make", [*LAYERS, diff_augment])
def test_half_precision(make):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        layer = make(seed=1)
    finally:
        keras.config.set_dtype_policy("float32")
    images = make_images((4, 8, 8, 3))
    half = layer(images)
    assert keras.backend.standardize_dtype(half.dtype) == "float16"
    np.testing.assert_allclose(
        ops.convert_to_numpy(half).astype("float32"),
        ops.convert_to_numpy(make(seed=1)(images)),
        atol=4e-3,
    )


def test_the_layers_of_one_seed_draw_other_numbers(monkeypatch):
    seeds = []

    def record(shape, seed):
        seeds.append(tuple(ops.convert_to_numpy(seed.state.value)))
        return keras.random.uniform(shape, seed=seed)

    monkeypatch.setattr(backend, "random_uniform", record)
    diff_augment(seed=5)(make_images(SHAPES[0]))
    assert len(set(seeds)) == 3


def test_emptied_pixels_take_the_middle_of_the_range():
    augmenter = diff_augment(value_range=(0, 1))
    assert [layer.fill_value for layer in augmenter.layers[1:]] == [0.5, 0.5]
    assert augmenter.layers[0].value_range == (0.0, 1.0)


@pytest.mark.parametrize(
    "layer",
    [
        DiffColor(0.1, 0.2, 0.3, value_range=(0, 255), seed=7, name="a"),
        DiffTranslation(0.2, -1.0, seed=7, name="b"),
        DiffCutout(0.2, -1.0, seed=7, name="c"),
    ],
    ids=name_of,
)
def test_config_and_functional_use(layer):
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    images = keras.Input((8, 6, 3))
    assert keras.Model(images, layer(images)).output_shape == (None, 8, 6, 3)


@pytest.mark.parametrize(
    "make, name, value",
    [
        (DiffColor, "brightness", -0.1),
        (DiffColor, "saturation", None),
        (DiffColor, "contrast", float("nan")),
        (DiffColor, "value_range", (1, -1)),
        (DiffTranslation, "ratio", 1.1),
        (DiffTranslation, "fill_value", "black"),
        (DiffCutout, "ratio", -0.1),
        (DiffCutout, "fill_value", None),
        (diff_augment, "value_range", 1),
        (diff_augment, "seed", 1.5),
    ],
)
def test_bad_arguments(make, name, value):
    with pytest.raises(ValueError, match=f"`{name}`.*Received: {name}="):
        make(**{name: value})


@pytest.mark.parametrize("seed", [-1, "a", 1.5])
@pytest.mark.parametrize("layer", [*LAYERS, diff_augment, GaussianSampling])
def test_bad_seed(layer, seed):
    with pytest.raises(ValueError, match="`seed`.*Received: seed="):
        layer(seed=seed)


@pytest.mark.parametrize("layer", LAYERS)
def test_what_is_no_batch_of_images(layer):
    with pytest.raises(ValueError, match="expected ndim=4"):
        layer()(np.zeros((4, 4, 1), "float32"))
