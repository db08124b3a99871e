"""GIF files that grow by a frame, of which one at a time is in memory.

A comment before each frame holds its step and its length, by which a film is
read without being decoded. Players pass over comments.

Pillow encodes the frames, and the blocks around them are written here, since
`save(save_all=True)` holds all frames in memory, decodes and encodes the
earlier ones anew for each that is added, and joins those that are equal, which
can then no longer be told apart when a run is resumed.
"""

import io
import struct

from keras_generative.utils import LazyModule

pil_image = LazyModule("PIL.Image", pip_name="pillow")
pil_image_ops = LazyModule("PIL.ImageOps", pip_name="pillow")

MOST_COLORS = 256
HEAD = struct.Struct("<6sHHBBB19s")
FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
COMMENT = struct.Struct("<3s16sqIB")
COMMENT_START = b"\x21\xfe\x1c", b"keras_generative"
CONTROL = struct.Struct("<3sBHBB")
END = b"\x3b"


def head(size):
    """What a film begins with, whose size is a pair (width, height)."""
    return HEAD.pack(b"GIF89a", *size, 0x70, 0, 0, FOR_EVER)


def frame(step, image, seconds):
    """One frame, whose `image` comes from `encode` or `read`."""
    comment = COMMENT.pack(*COMMENT_START, step, len(image), 0)
    control = CONTROL.pack(b"\x21\xf9\x04", 0, round(100 * seconds), 0, 0)
    return comment + control + image


def read(file):
    """Reads a film from a file that is open for reading bytes.

    Returns:
        The pair (width, height), or `None` if it is no film of this module,
        and an iterator over pairs (step, image). It ends where the film does,
        or where it is damaged.
    """
    start = file.read(HEAD.size)
    size = HEAD.unpack(start)[1:3] if len(start) == HEAD.size else (0, 0)
    if start != head(size):
        return None, iter(())
    return size, _images(file)


def _images(file):
    while len(comment := file.read(COMMENT.size)) == COMMENT.size:
        *start, step, length, _ = COMMENT.unpack(comment)
        file.read(CONTROL.size)
        image = file.read(length)
        if tuple(start) != COMMENT_START or len(image) < length:
            return
        yield step, image


def encode(picture, size):
    """The image block of a picture, with colours of its own.

    Args:
        picture: uint8 array of shape (height, width, 3). Up to 256 colours
            are kept as they are, more are dithered.
        size: Pair (width, height). A picture of another size is brought to
            it, with white beside it if its sides are in another ratio.
    """
    picture = pil_image.fromarray(picture)
    if picture.size != size:
        picture = pil_image_ops.pad(picture, size, color="white")
    file = io.BytesIO()
    _indexed(picture).save(file, format="GIF", interlace=0)
    return _image_block(file.getvalue())


def _indexed(picture):
    if picture.getcolors(MOST_COLORS) is not None:
        return picture.quantize(MOST_COLORS)  # Keeps them as they are.
    # Quick, and kinder than the default to the white of a figure.
    colors = picture.quantize(MOST_COLORS, method=pil_image.Quantize.FASTOCTREE)
    dither = pil_image.Dither.FLOYDSTEINBERG
    return picture.quantize(palette=colors, dither=dither)


def _image_block(gif):
    """The image of a GIF file that holds nothing but its colours and it."""
    bits = gif[10] & 0b111
    start = 13 + 3 * 2 ** (bits + 1)
    colors, place, data = gif[13:start], gif[start : start + 9], gif[start:]
    # The colours of the file become those of the image.
    return place + bytes([0b10000000 | bits]) + colors + data[10 : -len(END)]
