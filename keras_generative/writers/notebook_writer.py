from keras_generative.utils import LazyModule
from keras_generative.writers.pictures import check_picture

ipython = LazyModule("IPython.display", pip_name="ipython")
pil_image = LazyModule("PIL.Image", pip_name="pillow")


class NotebookWriter:
    """Shows pictures under the notebook cell, the newest of each name.

    Example:

    >>> model.fit(x, callbacks=[SampleGridLogger(writers=[NotebookWriter()])])
    """

    def __init__(self):
        self._displays = {}

    def write(self, name, image, step):
        """Shows one picture in place of the last one of that name.

        Args:
            name: String.
            image: uint8 array of shape (height, width, 3).
            step: Integer, not shown.
        """
        check_picture(image, step)
        picture = pil_image.fromarray(image)
        if name in self._displays:
            self._displays[name].update(picture)
        else:
            self._displays[name] = ipython.display(picture, display_id=True)
