"""Keras' progress bar, for long work outside of `fit`."""

import contextlib
import contextvars

import keras

from keras_generative.utils.validation import check_choice

VERBOSE = ("auto", 0, 1, 2)
# Of each thread alone: one may train while another generates.
_hidden = contextvars.ContextVar("hidden", default=False)


@contextlib.contextmanager
def hidden():
    """No bars that were not asked for: `fit` has one of its own."""
    token = _hidden.set(True)
    try:
        yield
    finally:
        _hidden.reset(token)


def progress(items, verbose="auto", many=20, unit_name="batch"):
    """Yields items, and shows how many have been dealt with.

    Args:
        items: Sequence.
        verbose: `0` for no bar, `1` for a bar, `2` for a line at the end.
            `"auto"` is `1` for many items outside of `fit`, and else `0`.
            Defaults to `"auto"`.
        many: Integer, how many are many. Defaults to `20`.
        unit_name: String, what an item is.

    Raises:
        ValueError: If `verbose` is none of the above.
    """
    check_choice(verbose, VERBOSE, "verbose")
    if verbose == "auto":
        verbose = int(len(items) >= many and not _hidden.get())
    if not verbose:
        yield from items
        return
    bar = keras.utils.Progbar(
        len(items), verbose=int(verbose), unit_name=unit_name
    )
    for count, item in enumerate(items, 1):
        yield item
        bar.update(count)
