import os
import pathlib

from keras_generative.utils import LazyModule

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
        # In the same folder, as only there the replacement is atomic.
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            pil_image.fromarray(image).save(unfinished, format="PNG")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
