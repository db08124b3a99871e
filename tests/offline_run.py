"""What an offline run of Weights & Biases holds, read from its file."""

import json
import pathlib
import struct
import time

import numpy as np
from PIL import Image


def read_rows(run):
    """The rows of a finished offline run, pictures as their first value."""
    rows = []
    for record in wait_for_records(run):
        row = {}
        for item in record.history.item:
            name, *rest = item.nested_key
            if rest == ["path"]:
                row[name] = read_picture(run, json.loads(item.value_json))
            elif not rest:
                row[name] = json.loads(item.value_json)
        if row:
            rows.append(row)
    return rows


def read_config(run):
    """The config at the end of a finished offline run."""
    config = {}
    for record in wait_for_records(run):
        # What `wandb.init` was given, and what came later.
        for update in (record.run.config.update, record.config.update):
            config.update({i.key: json.loads(i.value_json) for i in update})
    return config


def read_artifacts(run):
    """The artifacts of a finished offline run, in order."""
    return [
        record.artifact
        for record in wait_for_records(run)
        if record.HasField("artifact")
    ]


def wait_for_records(run):
    """Another process writes the file, now and then after `finish`."""
    (path,) = pathlib.Path(run.dir).parent.glob("*.wandb")
    for _ in range(600):
        records = read_file(path)
        if any(record.HasField("exit") for record in records):
            return records
        time.sleep(0.1)
    raise TimeoutError(f"No end of the run in {path}")


def read_file(path):
    """The records of a `.wandb` file so far."""
    from wandb.proto import wandb_internal_pb2

    return [
        wandb_internal_pb2.Record.FromString(data)
        for data in read_records(path.read_bytes())
    ]


def read_records(data):
    """LevelDB's log format: blocks of 32 KiB after a header of 7 bytes."""
    position, parts = 7, b""
    while position + 7 <= len(data):
        if 2**15 - position % 2**15 < 7:
            position += 2**15 - position % 2**15
            continue
        length, kind = struct.unpack_from("<HB", data, position + 4)
        if position + 7 + length > len(data):
            return  # It is being written.
        parts += data[position + 7 : position + 7 + length]
        position += 7 + length
        if kind in (1, 4):  # A whole record, or the last part of one.
            yield parts
            parts = b""


def read_picture(run, path):
    with Image.open(pathlib.Path(run.dir) / path) as image:
        return int(np.array(image)[0, 0, 0])
