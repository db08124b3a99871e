import json
import pathlib

import numpy as np
import pytest

from keras_generative.utils import LazyModule
from keras_generative.utils import validation


@pytest.mark.parametrize("value", [0, -1, 1.0, True, None, "2"])
def test_positive_integer(value):
    assert validation.check_positive_integer(3, "steps") == 3
    with pytest.raises(ValueError, match="`steps`.*positive.*Received: steps="):
        validation.check_positive_integer(value, "steps")


def test_integers_of_numpy_become_those_that_json_knows():
    steps = validation.check_positive_integer(np.int64(3), "steps")
    seed = validation.check_seed(np.uint8(7))
    assert json.dumps([steps, seed]) == "[3, 7]"


@pytest.mark.parametrize("value", [-1, 1.0, True, "2"])
def test_seed(value):
    assert validation.check_seed(0) == 0
    assert validation.check_seed(None, optional=True) is None
    with pytest.raises(ValueError, match="`seed`.*at least 0. Received: seed="):
        validation.check_seed(value)
    with pytest.raises(ValueError, match="0 or `None`. Received: noise="):
        validation.check_seed(value, "noise", optional=True)
    with pytest.raises(ValueError, match="Received: seed=None"):
        validation.check_seed(None)


@pytest.mark.parametrize(
    "value", [-0.1, float("nan"), float("inf"), None, "1", True]
)
def test_number(value):
    assert validation.check_number(0, "beta", minimum=0.0) == 0
    with pytest.raises(ValueError, match="`beta`.*at least 0.0.*Received"):
        validation.check_number(value, "beta", minimum=0.0)


def test_number_between_bounds():
    for value in (0.0, 1):
        assert validation.check_number(value, "ratio", 0.0, 1.0) == value
    with pytest.raises(ValueError, match="least 0.0 and at most 1.0. Received"):
        validation.check_number(1.01, "ratio", 0.0, 1.0)


@pytest.mark.parametrize("value", [(1, 0), (0, 0), 1, (0, 1, 2), "ab", None])
def test_value_range(value):
    assert validation.check_value_range((-1, 1)) == (-1.0, 1.0)
    with pytest.raises(ValueError, match="`value_range`.*low < high.*Received"):
        validation.check_value_range(value)


def test_lazy_module():
    path = LazyModule("os.path", pip_name="python")
    assert path.join("a", "b") == "a/b"
    missing = LazyModule("no_such_package.part", pip_name="such")
    with pytest.raises(ImportError, match="pip install such"):
        missing.attribute()


@pytest.mark.parametrize("value", [("0", "1"), "01"])
def test_value_range_of_strings(value):
    with pytest.raises(ValueError, match="`value_range`.*Received: value_r"):
        validation.check_value_range(value)


def test_array():
    array = np.ones((2, 3))
    assert validation.as_array(array, "x") is array
    assert validation.as_array([[1, 2]], "x").shape == (1, 2)
    assert validation.as_array(["1"], "x", "float64") == 1.0
    for values in ([[1], [1, 2]], "abc"):
        with pytest.raises(ValueError, match="Argument `x`.*Received: x="):
            validation.as_array(values, "x", "float64")


@pytest.mark.parametrize("value", ["no", None, 0.5, 2, [True]])
def test_boolean(value):
    for allowed in (True, np.bool_(False), 1):
        assert validation.check_boolean(allowed, "shuffle") == allowed
    with pytest.raises(ValueError, match="`shuffle`.*`True`.*Received: shu"):
        validation.check_boolean(value, "shuffle")


@pytest.mark.parametrize("value", ["", None, 3, ["a"]])
def test_string(value):
    assert validation.check_string("a", "name") == "a"
    with pytest.raises(ValueError, match="`name`.*string.*Received: name="):
        validation.check_string(value, "name")


@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_path(value):
    for path in ("", "a/b", pathlib.Path("a/b")):
        assert validation.check_path(path, "directory") == path
    with pytest.raises(ValueError, match="`directory`.*path.*Received: dir"):
        validation.check_path(value, "directory")


@pytest.mark.parametrize("value", ["c", ["a"], np.ones(2), None, {}, 1.0])
def test_what_is_no_choice(value):
    with pytest.raises(ValueError, match="one of .*'a'.*Received: mode="):
        validation.check_choice(value, ["a", "b"], "mode")


@pytest.mark.parametrize("values", [1j, [1j], np.ones(2) * 1j])
def test_what_is_no_float(values):
    with pytest.raises(ValueError, match="`x`.*Received: x="):
        validation.as_array(values, "x", "float64")
