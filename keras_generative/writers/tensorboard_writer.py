import io
import itertools
import os
import pathlib
import socket
import time

from keras_generative.utils import LazyModule

pil_image = LazyModule("PIL.Image", pip_name="pillow")
event_pb2 = LazyModule("tensorboard.compat.proto.event_pb2", "tensorboard")
summary_pb2 = LazyModule("tensorboard.compat.proto.summary_pb2", "tensorboard")
# Not the `EventFileWriter`: it imports TensorFlow wherever it is installed.
record_writer = LazyModule(
    "tensorboard.summary.writer.record_writer", "tensorboard"
)

_file_number = itertools.count()


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
        self.directory = pathlib.Path(directory)
        self._path = None

    def write(self, name, image, step):
        """Writes one picture.

        Args:
            name: String, the tag.
            image: uint8 array of shape (height, width, 3).
            step: Integer.
        """
        png = io.BytesIO()
        pil_image.fromarray(image).save(png, format="PNG")
        height, width, _ = image.shape
        picture = summary_pb2.Summary.Image(
            height=height,
            width=width,
            colorspace=3,  # RGB
            encoded_image_string=png.getvalue(),
        )
        value = summary_pb2.Summary.Value(tag=name, image=picture)
        if self._path is None:
            self._start_file()
        self._append(step=step, summary=summary_pb2.Summary(value=[value]))

    def _start_file(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        # The number tells apart the files of one second.
        self._path = self.directory / (
            f"events.out.tfevents.{int(time.time()):010d}."
            f"{socket.gethostname()}.{os.getpid()}.{next(_file_number)}"
        )
        self._append(file_version="brain.Event:2")

    def _append(self, **content):
        event = event_pb2.Event(wall_time=time.time(), **content)
        # Closed after each event: no picture waits in a buffer.
        with open(self._path, "ab") as file:
            record_writer.RecordWriter(file).write(event.SerializeToString())
