"""TensorBoard's file format, without TensorFlow."""

import errno
import io
import itertools
import os
import pathlib
import socket
import time

from keras_generative.utils import LazyModule
from keras_generative.utils.validation import check_path

pil_image = LazyModule("PIL.Image", pip_name="pillow")
event_pb2 = LazyModule("tensorboard.compat.proto.event_pb2", "tensorboard")
summary_pb2 = LazyModule("tensorboard.compat.proto.summary_pb2", "tensorboard")
tensor_pb2 = LazyModule("tensorboard.compat.proto.tensor_pb2", "tensorboard")
types_pb2 = LazyModule("tensorboard.compat.proto.types_pb2", "tensorboard")
# Not the `EventFileWriter`: it imports TensorFlow wherever it is installed.
record_writer = LazyModule(
    "tensorboard.summary.writer.record_writer", "tensorboard"
)

_file_number = itertools.count()


class EventFile:
    """A file that TensorBoard reads, made when it is first written to.

    Args:
        directory: String or path, TensorBoard's `--logdir` or a folder in it.
    """

    def __init__(self, directory):
        self.directory = pathlib.Path(check_path(directory, "directory"))
        self._path = None

    def write(self, values, step):
        """Appends a list of values, as the functions below make them."""
        if self._path is None:
            self._start()
        self._append(step=step, summary=summary_pb2.Summary(value=values))

    def _start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        # The number tells apart the files of one second.
        path = self.directory / (
            f"events.out.tfevents.{int(time.time()):010d}."
            f"{socket.gethostname()}.{os.getpid()}.{next(_file_number)}"
        )
        path.touch(exist_ok=False)  # A link or a file of another is left.
        self._path = path
        self._append(file_version="brain.Event:2")

    def _append(self, **content):
        event = event_pb2.Event(wall_time=time.time(), **content)
        record = io.BytesIO()
        record_writer.RecordWriter(record).write(event.SerializeToString())
        # Closed after each event: nothing waits in a buffer.
        with open(self._path, "ab", buffering=0) as file:
            size = file.tell()
            if file.write(record.getvalue()) < len(record.getvalue()):
                # TensorBoard reads no further than half an event.
                file.truncate(size)
                raise OSError(errno.ENOSPC, "No room left", str(self._path))


def picture(name, image):
    """A picture, a uint8 array of shape (height, width, 3)."""
    png = io.BytesIO()
    pil_image.fromarray(image).save(png, format="PNG")
    height, width, _ = image.shape
    value = summary_pb2.Summary.Image(
        height=height,
        width=width,
        colorspace=3,  # RGB
        encoded_image_string=png.getvalue(),
    )
    return summary_pb2.Summary.Value(tag=name, image=value)


def scalar(name, value):
    """A point of a curve."""
    return summary_pb2.Summary.Value(tag=name, simple_value=value)


def graph(name, network_json):
    """A network, for the tab of graphs, as its `to_json` describes it."""
    metadata = summary_pb2.SummaryMetadata()
    metadata.plugin_data.plugin_name = "graph_keras_model"
    metadata.plugin_data.content = b"1"  # The version of the format.
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, string_val=[network_json.encode()]
    )
    return summary_pb2.Summary.Value(tag=name, metadata=metadata, tensor=tensor)
