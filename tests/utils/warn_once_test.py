import warnings

import pytest

from keras_generative.utils.warn_once import WarnOnce


def fail(warn_once, action, source=None):
    with warn_once.on_failure(action, source):
        raise OSError("disk full")


def test_one_warning_for_each_source():
    warn_once = WarnOnce([])
    with pytest.warns(UserWarning) as caught:
        for _ in range(2):
            fail(warn_once, "could not draw")
            fail(warn_once, "could not write", source=0)
            fail(warn_once, "could not write", source=1)
    assert [str(warning.message) for warning in caught] == [
        f"`list` could not {action}. Training goes on, and this warning is "
        "not repeated. Received: OSError: disk full"
        for action in ("draw", "write", "write")
    ]


def test_what_succeeds_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with WarnOnce([]).on_failure("could not draw"):
            done = True
    assert done


def test_an_interrupt_passes():
    with pytest.raises(KeyboardInterrupt):
        with WarnOnce([]).on_failure("could not draw"):
            raise KeyboardInterrupt
