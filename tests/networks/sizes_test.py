import pytest

from keras_generative.networks.sizes import IMAGE
from keras_generative.networks.sizes import check_shape


@pytest.mark.parametrize(
    "shape", [(28, 28), (28, 0, 1), (28, -4, 1), (28, 28.0, 1), 28, (30, 28, 1)]
)
def test_image_shape(shape):
    assert check_shape([28, 32, 3], "shape", IMAGE, multiple_of=4) == (
        28,
        32,
        3,
    )
    with pytest.raises(ValueError, match="`shape`.*multiples of 4.*Received"):
        check_shape(shape, "shape", IMAGE, multiple_of=4)
