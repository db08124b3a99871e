"""Discriminators that say more than a score."""

import keras
import numpy as np
import pytest

from keras_generative import networks

BUILDERS = {
    "mlp": (networks.mlp_discriminator, (6,)),
    "dcgan": (networks.dcgan_discriminator, (8, 8, 2)),
    "residual": (networks.residual_discriminator, (8, 8, 2)),
    "conv1d": (networks.conv1d_discriminator, (8, 2)),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_each_output_has_its_size_and_is_linear_in_the_same_features(name):
    build, shape = BUILDERS[name]
    network = build(shape, outputs=(1, 3, 2))
    assert [y.shape for y in network.outputs] == [(None, n) for n in (1, 3, 2)]
    heads = network.layers[-3:]
    assert len({id(head.input) for head in heads}) == 1
    assert [head.units for head in heads] == [1, 3, 2]
    assert all(head.activation is keras.activations.linear for head in heads)


@pytest.mark.parametrize("name", BUILDERS)
def test_a_single_output_is_no_list(name):
    build, shape = BUILDERS[name]
    assert build(shape, outputs=(5,)).output_shape == (None, 5)


@pytest.mark.parametrize("name", BUILDERS)
def test_outputs_beside_a_projection(name):
    build, shape = BUILDERS[name]
    network = build(shape, num_classes=4, outputs=(1, 3))
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    of_classes = [network([x, np.full(2, c, "int32")]) for c in (0, 3)]
    (score, further), (other_score, other_further) = of_classes
    to_numpy = keras.ops.convert_to_numpy
    assert (to_numpy(score) != to_numpy(other_score)).all()
    np.testing.assert_allclose(
        to_numpy(further), to_numpy(other_further), rtol=1e-5
    )


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"outputs": ()}, "`outputs` must be a tuple of 1 or more"),
        ({"outputs": 10}, "`outputs` must be a tuple"),
        ({"outputs": (1, 0)}, "`outputs` must be a positive integer"),
        ({"outputs": (2,), "num_classes": 3}, "one score first"),
    ],
)
@pytest.mark.parametrize("name", BUILDERS)
def test_bad_outputs(name, arguments, message):
    build, shape = BUILDERS[name]
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        build(shape, **arguments)
