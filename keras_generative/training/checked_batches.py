"""Labels of all batches, looked at on the host as each batch is read."""

import copy
import functools
import inspect

import keras

from keras_generative.training.labels import check_labels
from keras_generative.utils.batches import shape_of
from keras_generative.utils.batches import split_batch


def with_checked_labels(data, spec):
    """Data whose batches raise a `ValueError` if their labels are wrong.

    In a step it would be too late: a class that is not there is an error of
    the framework at best, and on JAX makes all weights NaN, without a word.

    Args:
        data: What `fit` was given, after `peek`.
        spec: `LabelSpec`, or `None` for no check.

    Returns:
        The data, or what gives the same batches. Arrays and data sets that
        know all of their labels were looked at as a whole, and batches of a
        `tf.data.Dataset` do not pass through here.
    """
    if spec is None or getattr(data, "all_labels", None) is not None:
        return data
    if isinstance(data, keras.utils.PyDataset):
        return _CheckedDataset(data, spec)
    if inspect.isgenerator(data):
        return _checked_generator(data, spec)
    if hasattr(data, "collate_fn") and hasattr(data, "dataset"):
        loader = copy.copy(data)
        loader.collate_fn = functools.partial(
            _checked_collation, data.collate_fn, spec
        )
        return loader
    return data


def _checked(batch, spec):
    x, labels, _ = split_batch(batch)
    check_labels(labels, spec, (shape_of(x) or (None,))[0])
    return batch


def _checked_generator(data, spec):
    for batch in data:
        yield _checked(batch, spec)


# No closure, as the workers of a `DataLoader` may have to be sent it.
def _checked_collation(collate, spec, rows):
    return _checked(collate(rows), spec)


class _CheckedDataset(keras.utils.PyDataset):
    def __init__(self, data, spec):
        super().__init__(
            workers=data.workers,
            use_multiprocessing=data.use_multiprocessing,
            max_queue_size=data.max_queue_size,
        )
        self.data = data
        self.spec = spec

    @property
    def num_batches(self):
        return self.data.num_batches

    def __getitem__(self, index):
        return _checked(self.data[index], self.spec)

    def on_epoch_begin(self):
        self.data.on_epoch_begin()

    def on_epoch_end(self):
        self.data.on_epoch_end()
