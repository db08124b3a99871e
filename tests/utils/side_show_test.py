import warnings

import pytest

from keras_generative.utils.side_show import SideShow


def fail(side_show, action, source=None):
    with side_show.attempt(action, source):
        raise OSError("disk full")


def test_one_warning_for_each_source():
    side_show = SideShow([])
    with pytest.warns(UserWarning) as caught:
        for _ in range(2):
            fail(side_show, "could not draw")
            fail(side_show, "could not write", source=0)
            fail(side_show, "could not write", source=1)
    assert [str(warning.message) for warning in caught] == [
        f"`list` could not {action}. Training goes on, and this warning is "
        "not repeated. Received: OSError: disk full"
        for action in ("draw", "write", "write")
    ]


def test_what_succeeds_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with SideShow([]).attempt("could not draw"):
            done = True
    assert done


def test_an_interrupt_passes():
    with pytest.raises(KeyboardInterrupt):
        with SideShow([]).attempt("could not draw"):
            raise KeyboardInterrupt
