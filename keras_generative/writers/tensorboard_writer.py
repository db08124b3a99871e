from keras_generative.writers import event_file
from keras_generative.writers.pictures import check_picture


class TensorBoardWriter:
    """Writes pictures to TensorBoard's tab of images, on every backend.

    TensorFlow is not needed. Callbacks that write to the same directory
    should share one writer: TensorBoard follows only the newest file of a
    directory.

    Args:
        directory: String or path, TensorBoard's `--logdir` or a folder in
            it. Made at the first picture.

    Example:

    >>> writer = TensorBoardWriter("logs/pictures")
    >>> model.fit(x, callbacks=[SampleGridLogger(writers=[writer])])
    """

    def __init__(self, directory):
        self._file = event_file.EventFile(directory)

    def write(self, name, image, step):
        """Writes one picture.

        Args:
            name: String, the tag.
            image: uint8 array of shape (height, width, 3).
            step: Integer.
        """
        check_picture(image, step)
        self._file.write([event_file.picture(name, image)], step)
