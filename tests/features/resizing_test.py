import numpy as np
import pytest

from keras_generative.features import resize


def make_images(*shape):
    return np.random.default_rng(0).uniform(0, 255, shape).astype("float32")


def cubic(x):
    """Keys' kernel with a = -0.5, which is Pillow's."""
    x = np.abs(x)
    inner = (1.5 * x - 2.5) * x * x + 1
    outer = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, inner, np.where(x < 2, outer, 0.0))


def bicubic_matrix(old, new):
    """The filter widens by as much as the image shrinks."""
    scale = old / new
    centres = (np.arange(new)[:, None] + 0.5) * scale
    distances = np.arange(old) + 0.5 - centres
    weights = cubic(distances / max(scale, 1.0))
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("size", [(40, 9), (7, 31), (5, 4)])
def test_clean_is_an_antialiased_bicubic_in_floats(size):
    images = make_images(2, 16, 12, 3)
    rows, columns = (bicubic_matrix(*s) for s in zip((16, 12), size))
    expected = np.einsum("yh,xw,nhwc->nyxc", rows, columns, images)
    resized = resize(images, size)
    assert resized.shape == (2, *size, 3)
    np.testing.assert_allclose(resized, expected, atol=1e-3)
    # 8-bit pixels would be integers.
    assert np.abs(resized - np.round(resized)).max() > 0.4


@pytest.mark.parametrize("size", [(40, 9), (7, 31)])
def test_legacy_pytorch_is_interpolate(size):
    torch = pytest.importorskip("torch")
    images = make_images(2, 16, 12, 3)
    expected = torch.nn.functional.interpolate(
        torch.as_tensor(images).permute(0, 3, 1, 2),
        size,
        mode="bilinear",
        align_corners=False,
    )
    np.testing.assert_allclose(
        resize(images, size, "legacy_pytorch"),
        expected.permute(0, 2, 3, 1),
        rtol=1e-4,
    )


@pytest.mark.parametrize("size", [(40, 9), (7, 31)])
def test_legacy_tensorflow_is_that_of_version_1(size):
    tf = pytest.importorskip("tensorflow")
    images = make_images(2, 16, 12, 3)
    np.testing.assert_allclose(
        resize(images, size, "legacy_tensorflow"),
        tf.compat.v1.image.resize_bilinear(images, size),
        rtol=1e-4,
    )


def test_the_modes_differ_where_images_shrink():
    # Stripes of one pixel: their mean is grey, and four pixels around a
    # point see one stripe or the other.
    images = np.zeros((1, 64, 64, 1), "float32")
    images[:, ::2] = 255.0
    clean = resize(images, (8, 8))
    assert np.abs(clean - 127.5).max() < 10
    assert resize(images, (8, 8), "legacy_tensorflow").min() == 255.0


def test_images_of_the_size_are_left_as_they_are():
    images = make_images(2, 16, 12, 3)
    np.testing.assert_array_equal(resize(images, (16, 12)), images)


def test_faults():
    images = make_images(2, 16, 12, 3)
    with pytest.raises(ValueError, match="Received: resize='area'"):
        resize(images, (8, 8), "area")
    with pytest.raises(ValueError, match="Received: size=0"):
        resize(images, (0, 8))
    with pytest.raises(ValueError, match=r"shape=\(16, 12, 3\)"):
        resize(images[0], (8, 8))


@pytest.mark.parametrize("size", [8, None, (8,), (8, 8, 1), ("8", 8), (0, 8)])
def test_bad_size(size):
    with pytest.raises(ValueError, match="`size`.*Received: size="):
        resize(make_images(1, 4, 4, 1), size)


@pytest.mark.parametrize(
    "images", ["a", [[1], [1, 2]], make_images(0, 4, 4, 1)]
)
def test_what_are_no_images(images):
    with pytest.raises(ValueError, match="`images`.*Received: images"):
        resize(images, (8, 8))
