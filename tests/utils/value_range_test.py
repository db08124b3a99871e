import numpy as np
import pytest

from keras_generative.utils.value_range import rescale

IMAGES = np.array([-1.0, 0.0, 0.5, 1.0], "float32")


def test_it_is_linear_and_keeps_the_ends():
    scaled = rescale(IMAGES, (-1.0, 1.0), (0.0, 255.0))
    np.testing.assert_allclose(scaled, [0, 127.5, 191.25, 255], rtol=1e-6)
    assert scaled.dtype == "float32"
    back = rescale(scaled, (0.0, 255.0), (-1.0, 1.0))
    np.testing.assert_allclose(back, IMAGES, atol=1e-6)


@pytest.mark.parametrize("ranges", [(None, (0, 1)), ((0, 1), None)])
def test_what_is_not_known_is_left_alone(ranges):
    assert rescale(IMAGES, *ranges) is IMAGES
    assert rescale(IMAGES, (0, 1), (0.0, 1.0)) is IMAGES
