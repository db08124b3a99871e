import pathlib
import warnings

from keras_generative.utils import LazyModule
from keras_generative.utils.validation import check_path
from keras_generative.utils.whole_file import whole_file
from keras_generative.writers.file_names import path_within
from keras_generative.writers.pictures import check_picture

pil_image = LazyModule("PIL.Image", pip_name="pillow")


class DiskWriter:
    """Saves pictures as PNG files `<directory>/<name>_<step>.png`.

    The step has six digits, so that the files sort by it. A file appears
    whole or not at all. One that was there, of an earlier run or from another
    callback, is overwritten, and the first time that gives a warning.

    Args:
        directory: String or path. Made at the first picture.

    Example:

    >>> DiskWriter("pictures").write("samples", image, step=3)
    >>> # pictures/samples_000003.png
    """

    def __init__(self, directory):
        self.directory = pathlib.Path(check_path(directory, "directory"))
        self._warned = False

    def write(self, name, image, step):
        """Writes one picture, over an earlier one of that name and step.

        Args:
            name: String. A `/` in it makes a folder.
            image: uint8 array of shape (height, width, 3).
            step: Integer.

        Raises:
            ValueError: If an argument is none of the above, or the name
                leads out of the directory.
        """
        check_picture(image, step)
        path = path_within(self.directory, f"{name}_{step:06d}.png", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._warn(path)
        with whole_file(path) as unfinished:
            pil_image.fromarray(image).save(unfinished)

    def _warn(self, path):
        if self._warned:
            return
        self._warned = True
        warnings.warn(
            f"`DiskWriter` overwrites pictures that are in '{self.directory}' "
            "from an earlier run or another callback. To keep them, give each "
            "a folder of its own, as in `writers=[DiskWriter('pictures/2')]`. "
            f"This warning is not repeated. Received: '{path}'",
            stacklevel=3,
        )
