import pathlib

from keras_generative.utils import LazyModule
from keras_generative.utils.whole_file import whole_file

pil_image = LazyModule("PIL.Image", pip_name="pillow")


class DiskWriter:
    """Saves pictures as PNG files `<directory>/<name>_<step>.png`.

    The step has six digits, so that the files sort by it. A file appears
    whole or not at all.

    Args:
        directory: String or path. Made at the first picture.

    Example:

    >>> DiskWriter("pictures").write("samples", image, step=3)
    >>> # pictures/samples_000003.png
    """

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def write(self, name, image, step):
        """Writes one picture, over an earlier one of that name and step.

        Args:
            name: String. A `/` in it makes a folder.
            image: uint8 array of shape (height, width, 3).
            step: Integer.
        """
        path = self.directory / f"{name}_{step:06d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            pil_image.fromarray(image).save(unfinished)
