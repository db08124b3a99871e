"""What is read from a folder, into memory or batch by batch."""

import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL import ImageFile
from PIL import ImageOps

from keras_generative import datasets

GENERATOR = np.random.default_rng(0)


def make_images(num_images, *shape):
    return GENERATOR.integers(0, 256, (num_images, *shape), "uint8")


def save(path, image=None, **options):
    """Saves an image, by default one whose pixels are all 100."""
    if image is None:
        image = np.full((4, 4), 100, "uint8")
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def pixels(folder, **arguments):
    """The only image of a folder, in 0 to 255."""
    (file,) = folder.iterdir()
    (folder / f"again{file.suffix}").write_bytes(file.read_bytes())
    (train, _), _ = datasets.load(folder, value_range=(0, 255), **arguments)
    return train[0].round().astype(int)


def test_rotation_of_cameras(tmp_path):
    image = make_images(1, 4, 6)[0]
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: to be turned clockwise.
    save(tmp_path / "photo.png", image, exif=exif)
    upright = np.rot90(image, -1)
    np.testing.assert_array_equal(pixels(tmp_path)[..., 0], upright)
    photos = datasets.ImageFolder(tmp_path, (6, 4), color_mode="grayscale")
    np.testing.assert_allclose(photos[0][0, ..., 0] * 255, upright, atol=1e-4)


def hidden_red(mode):
    """Left half black, right half of a red that is wholly transparent."""
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 255))
    image.paste((255, 0, 0, 0), (2, 0, 4, 4))
    if mode == "P":
        palette = Image.new("P", (4, 4), 0)
        palette.putpalette([0, 0, 0, 255, 0, 0])
        palette.paste(1, (2, 0, 4, 4))
        return palette, {"transparency": 1}
    if mode == "RGB":
        return image.convert("RGB"), {"transparency": (255, 0, 0)}
    return image.convert(mode), {}


@pytest.mark.parametrize("mode", ["RGBA", "P", "RGB", "LA"])
@pytest.mark.parametrize("size", [None, (2, 2)])
def test_what_is_transparent_is_white(tmp_path, mode, size):
    image, options = hidden_red(mode)
    save(tmp_path / "image.png", image, **options)
    found = pixels(tmp_path, image_size=size)
    channels = 1 if mode == "LA" else 3
    half = np.shape(found)[1] // 2
    assert found.shape[-1] == channels
    if size is None:
        assert (found[:, :half] == 0).all()
        assert (found[:, half:] == 255).all()
    # Resized, edges are between black and white, and nowhere red.
    assert (np.ptp(found, axis=-1) == 0).all()


def test_half_transparent(tmp_path):
    save(tmp_path / "image.png", Image.new("RGBA", (4, 4), (0, 0, 0, 128)))
    np.testing.assert_array_equal(pixels(tmp_path), np.full((4, 4, 3), 127))


@pytest.mark.parametrize("suffix, dtype", [("png", "<u2"), ("tif", ">u2")])
def test_16_bits(tmp_path, suffix, dtype):
    deep = np.array([[0, 257, 65535], [200 * 257, 32896, 300]], "uint16")
    image = Image.fromarray(deep)
    if dtype == ">u2":
        image = Image.frombytes("I;16B", (3, 2), deep.astype(">u2").tobytes())
    save(tmp_path / f"image.{suffix}", image)
    expected = [[0, 1, 255], [200, 128, 1]]
    np.testing.assert_array_equal(pixels(tmp_path)[..., 0], expected)


def test_16_bits_and_a_transparent_value(tmp_path):
    deep = np.array([[0, 257], [25700, 257]], "uint16")
    save(tmp_path / "image.png", deep)
    path = tmp_path / "image.png"
    content = path.read_bytes()
    chunk = b"tRNS" + struct.pack(">H", 257)
    chunk = struct.pack(">I", 2) + chunk + struct.pack(">I", zlib.crc32(chunk))
    start = content.index(b"IDAT") - 4
    path.write_bytes(content[:start] + chunk + content[start:])
    found = pixels(tmp_path)[..., 0]
    np.testing.assert_array_equal(found, [[0, 255], [100, 255]])


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_values_of_no_known_range(tmp_path, dtype):
    save(tmp_path / "image.tiff", np.ones((4, 4), dtype))
    with pytest.raises(ValueError, match="(?s)Received.*image.tiff.*mode="):
        pixels(tmp_path)


@pytest.mark.parametrize(
    "mode, expected",
    [("CMYK", (255, 0, 0)), ("P", (255, 0, 0)), ("1", (255,)), ("L", (76,))],
)
def test_modes(tmp_path, mode, expected):
    image = Image.new("RGB", (4, 4), (255, 0, 0))
    if mode == "CMYK":
        image = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    elif mode == "1":
        image = Image.new("1", (4, 4), 1)
    save(tmp_path / "image.tiff", image.convert(mode))
    assert tuple(pixels(tmp_path)[0, 0]) == expected


@pytest.mark.parametrize("suffix", "bmp gif JPEG jpg PNG tif TIFF webp".split())
def test_suffixes(tmp_path, suffix):
    save(tmp_path / f"image.{suffix}")
    assert abs(pixels(tmp_path, color_mode="grayscale") - 100).max() <= 3


def test_the_first_frame_of_an_animation(tmp_path):
    frames = [Image.new("L", (4, 4), value) for value in (50, 150)]
    save(tmp_path / "image.gif", frames[0], save_all=True, append_images=frames)
    assert (pixels(tmp_path) == 50).all()


@pytest.mark.parametrize(
    "color_mode, channels", [(None, 3), ("rgb", 3), ("grayscale", 1)]
)
def test_color_mode(tmp_path, color_mode, channels):
    for i in range(2):
        save(tmp_path / f"{i}.png")
        save(tmp_path / f"c{i}.png", Image.new("RGB", (4, 4), (100, 0, 0)))
    (train, _), (test, _) = datasets.load(tmp_path, color_mode=color_mode)
    assert train.shape[1:] == test.shape[1:] == (4, 4, channels)


def test_resizing_and_cropping(tmp_path):
    # Wide, grey in the middle, black and white beside it.
    image = np.repeat(np.uint8([0, 128, 128, 255]), 8)[None].repeat(16, 0)
    save(tmp_path / "image.png", image)
    size = {"image_size": (np.int64(8), 8)}
    whole = pixels(tmp_path, **size)
    assert whole.shape == (8, 8, 1)
    assert whole[0, 0] == 0 and whole[0, -1] == 255
    (tmp_path / "again.png").unlink()
    middle = pixels(tmp_path, crop_to_aspect_ratio=True, **size)
    assert abs(middle - 128).max() < 10


def test_resizing_does_not_alias(tmp_path):
    stripes = np.tile(np.uint8([0, 255]), (64, 32))
    save(tmp_path / "image.png", stripes)
    assert abs(pixels(tmp_path, image_size=8) - 127.5).max() < 8


def test_large_jpegs_are_not_decoded_at_full_size(tmp_path, monkeypatch):
    smooth = Image.fromarray(make_images(1, 8, 12, 3)[0]).resize((600, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in "ab":
        save(tmp_path / f"{name}.jpg", smooth, exif=exif, quality=95)
    expected = smooth.rotate(-90, expand=True).resize((16, 24))
    decoded = []
    transpose = ImageOps.exif_transpose
    monkeypatch.setattr(
        ImageOps,
        "exif_transpose",
        lambda image: decoded.append(image.size) or transpose(image),
    )
    (train, _), _ = datasets.load(tmp_path, (0, 255), image_size=(24, 16))
    assert abs(train[0] - np.asarray(expected)).mean() < 3
    assert max(max(size) for size in decoded) < 300


def test_several_sizes(tmp_path):
    for i, width in enumerate([4, 4, 5]):
        save(tmp_path / f"{i}.png", make_images(1, 4, width)[0])
    with pytest.raises(
        ValueError, match=r"image_size=\(height.*\(4, 4\).*2.png.*\(4, 5\)"
    ):
        datasets.load(tmp_path)
    (train, _), _ = datasets.load(tmp_path, image_size=(6, 3))
    assert train.shape == (2, 6, 3, 1)


LITTER = [
    ".DS_Store",
    ".ipynb_checkpoints/cat-checkpoint.png",
    "Thumbs.db",
    "__MACOSX/cats/._a.png",
    "cats/._a.png",
    "cats/.ipynb_checkpoints/a.png",
    "cats/notes.txt",
    "empty/notes.txt",
]


def save_litter(folder):
    for name in LITTER:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no image")


def test_litter_is_ignored(tmp_path):
    save_litter(tmp_path)
    for name in ("a", "b", "deep/er/c"):
        save(tmp_path / f"cats/{name}.png")
        save(tmp_path / f"dogs/{name}.png")
    loaded = datasets.load(tmp_path)
    assert loaded.class_names == ["cats", "dogs"]
    labels = [*loaded[0][1], *loaded[1][1]]
    assert sorted(labels) == [0, 0, 0, 1, 1, 1]
    photos = datasets.ImageFolder(tmp_path, (4, 4), shuffle=False)
    assert photos.class_names == ["cats", "dogs"]
    assert photos.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_folder_within_a_hidden_one(tmp_path):
    for name in "ab":
        save(tmp_path / f".keras/photos/{name}.png")
    (train, _), (test, _) = datasets.load(tmp_path / ".keras/photos")
    assert len(train) == len(test) == 1


@pytest.mark.parametrize("test", ["test", "Test", "val", "validation"])
def test_splits_are_no_classes(tmp_path, test):
    save_litter(tmp_path)
    for name, value in {"cats": 10, "dogs": 20}.items():
        grey = np.full((4, 4), value, "uint8")
        for i in range(3):
            save(tmp_path / f"train/{name}/{i}.png", grey)
    # Without cats.
    save(tmp_path / f"{test}/dogs/0.png", np.full((4, 4), 21, "uint8"))
    loaded = datasets.load(tmp_path, value_range=(0, 255))
    assert loaded.class_names == ["cats", "dogs"]
    (x_train, y_train), (x_test, y_test) = loaded
    np.testing.assert_allclose(x_train[:, 0, 0, 0], [10, 10, 10, 20, 20, 20])
    assert y_train.tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(x_test[:, 0, 0, 0], [21])
    assert y_test.tolist() == [1]
    split = "test" if test.lower() == "test" else "validation"
    photos = datasets.ImageFolder(tmp_path, (4, 4), split=split)
    assert photos.labels.tolist() == [1]
    assert photos.class_names == ["cats", "dogs"]
    with pytest.raises(ValueError, match="`split`.*'train'.*split='tset'"):
        datasets.ImageFolder(tmp_path, (4, 4), split="tset")


def test_splits_without_classes(tmp_path):
    for i in range(3):
        save(tmp_path / f"train/{i}.png")
    (train, labels), (test, _) = datasets.load(tmp_path)
    assert labels is None
    assert (len(train), len(test)) == (2, 1)
    save(tmp_path / "test/0.png")
    (train, _), (test, _) = datasets.load(tmp_path)
    assert (len(train), len(test)) == (3, 1)


def test_a_class_may_be_called_train(tmp_path):
    for name in ("bicycle", "train"):
        for i in range(2):
            save(tmp_path / f"{name}/{i}.png")
    assert datasets.load(tmp_path).class_names == ["bicycle", "train"]


def test_splits_without_training(tmp_path):
    save(tmp_path / "test/0.png")
    with pytest.raises(ValueError, match=r"`train`.*splits \['test'\]"):
        datasets.load(tmp_path)


def test_images_beside_classes(tmp_path):
    save(tmp_path / "cats/0.png")
    save(tmp_path / "lost.png")
    with pytest.raises(ValueError, match="Either all.*Received.*lost.png"):
        datasets.load(tmp_path)


def test_links(tmp_path):
    save(tmp_path / "elsewhere/0.png")
    save(tmp_path / "photos/cats/0.png")
    try:
        os.symlink(tmp_path / "elsewhere", tmp_path / "photos/dogs")
        os.symlink(tmp_path / "photos", tmp_path / "photos/cats/loop")
    except OSError:
        pytest.skip("No links here.")
    photos = datasets.ImageFolder(tmp_path / "photos", (4, 4))
    assert photos.class_names == ["cats", "dogs"]
    assert len(photos.file_paths) == 2


def spoil(folder):
    """Three good images, and three that are broken in different ways."""
    for name in ("a", "c", "e"):
        save(folder / f"{name}.png", make_images(1, 32, 32)[0])
    (folder / "b.png").write_bytes(b"not a picture")
    (folder / "d.png").write_bytes(b"")
    content = (folder / "e.png").read_bytes()
    (folder / "f.png").write_bytes(content[: len(content) // 2])


def test_all_unreadable_files_are_listed(tmp_path):
    spoil(tmp_path)
    with pytest.raises(ValueError, match="3 of 6.*`skip_unreadable=") as error:
        datasets.load(tmp_path)
    for name in "bdf":
        assert f"{name}.png" in str(error.value)
    for name in "ace":
        assert f"{name}.png" not in str(error.value)


def test_unreadable_files_may_be_skipped(tmp_path):
    spoil(tmp_path)
    with pytest.warns(UserWarning, match="3 of 6 images") as warned:
        (train, _), (test, _) = datasets.load(tmp_path, skip_unreadable=True)
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert len(train) + len(test) == 3


def test_nothing_is_left_to_skip_to(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(ValueError, match="1 of 1 images"):
        datasets.load(tmp_path, skip_unreadable=True)


@pytest.mark.parametrize("chunk", [b"IHDR", b"IDAT"])
def test_broken_png(tmp_path, chunk):
    path = save(tmp_path / "1.png")
    content = bytearray(path.read_bytes())
    # For a chunk of no length Pillow raises other errors than `OSError`.
    content[content.index(chunk) - 1] = 0
    path.write_bytes(content)
    with pytest.raises(ValueError, match="(?s)could not be read.*1.png"):
        pixels(tmp_path)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [12, 16])  # Pillow warns, and raises.
def test_decompression_bombs(tmp_path, monkeypatch, side):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for name in "ab":
        save(tmp_path / f"{name}.png")
    save(tmp_path / "bomb.png", np.zeros((side, side), "uint8"))
    decoded = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(
        ImageFile.ImageFile,
        "load",
        lambda self: decoded.append(self.size) or load(self),
    )
    with pytest.raises(ValueError, match="(?s)1 of 3.*bomb.png.*ixels"):
        datasets.load(tmp_path)
    with pytest.raises(ValueError, match="(?s)1 of 3.*bomb.png.*ixels"):
        datasets.ImageFolder(tmp_path, (4, 4))
    assert (4, 4) in decoded
    assert (side, side) not in decoded


def test_files_for_other_programs_are_not_opened(tmp_path):
    eps = tmp_path / "image.eps"
    Image.new("RGB", (4, 4)).save(eps)
    eps.rename(tmp_path / "image.png")
    with pytest.raises(ValueError, match="cannot identify"):
        pixels(tmp_path)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"image_size": (4,)}, r"\(height, width\).*image_size=\(4,\)"),
        ({"image_size": (0, 4)}, r"positive.*image_size=\(0, 4\)"),
        ({"image_size": "big"}, "image_size='big'"),
        ({"image_size": True}, "image_size=True"),
        ({"color_mode": "bgr"}, r"\['rgb', 'grayscale'\].*color_mode='bgr'"),
        ({"color_mode": ["rgb"]}, r"color_mode=\['rgb'\]"),
        ({"value_range": (1, 0)}, "low < high"),
    ],
)
def test_wrong_arguments(tmp_path, arguments, message):
    save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=f"{message}"):
        datasets.load(tmp_path, **arguments)
    with pytest.raises(ValueError, match=f"{message}"):
        datasets.ImageFolder(tmp_path, **{"image_size": (4, 4), **arguments})


def test_crops_need_a_size(tmp_path):
    with pytest.raises(ValueError, match="needs an `image_size"):
        datasets.load(tmp_path, crop_to_aspect_ratio=True)


def test_too_few_images(tmp_path):
    with pytest.raises(ValueError, match="must hold.*'.png'.*with 0"):
        datasets.load(tmp_path)
    with pytest.raises(ValueError, match="must hold.*'.png'.*with 0"):
        datasets.ImageFolder(tmp_path, (4, 4))
    save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="two or more.*with 1"):
        datasets.load(tmp_path)


@pytest.mark.parametrize("path", ["no/such/folder", "a.png", 3, None, b"a"])
def test_no_folder(tmp_path, monkeypatch, path):
    save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="`path` must be an existing folder"):
        datasets.ImageFolder(path, (4, 4))
