import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from keras_generative.layers import GaussianSampling


def test_reparameterisation(monkeypatch):
    noise = np.array([[1.0, -2.0]], "float32")
    monkeypatch.setattr(
        backend,
        "random_normal",
        lambda shape, seed: ops.convert_to_tensor(noise),
    )
    z_mean = np.array([[0.5, 1.0]], "float32")
    z_log_var = np.array([[0.0, 2 * np.log(3.0)]], "float32")
    z = GaussianSampling()((z_mean, z_log_var))
    np.testing.assert_allclose(
        ops.convert_to_numpy(z), [[0.5 + 1.0, 1.0 - 6.0]], rtol=1e-6
    )


def test_moments():
    shape = (20_000, 2)
    z_mean = np.broadcast_to(np.array([1.0, -1.0], "float32"), shape)
    z_log_var = np.full(shape, np.log(0.25), "float32")
    z = ops.convert_to_numpy(GaussianSampling(seed=1)((z_mean, z_log_var)))
    # Five standard errors.
    np.testing.assert_allclose(z.mean(axis=0), [1.0, -1.0], atol=0.018)
    np.testing.assert_allclose(z.std(axis=0), 0.5, atol=0.013)


def test_same_seed_same_noise_and_new_noise_each_call():
    zeros = (ops.zeros((2, 3)), ops.zeros((2, 3)))
    layer, twin = GaussianSampling(seed=1), GaussianSampling(seed=1)
    first, second = layer(zeros), layer(zeros)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(first), ops.convert_to_numpy(twin(zeros))
    )
    assert (ops.convert_to_numpy(first) != ops.convert_to_numpy(second)).all()


def test_config_and_functional_use():
    layer = GaussianSampling(seed=7, name="z")
    again = GaussianSampling.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    z_mean, z_log_var = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([z_mean, z_log_var], layer((z_mean, z_log_var)))
    assert model.output_shape == (None, 3)


@pytest.mark.parametrize(
    "shapes", [[(4, 2)], [(4, 2), (4, 3)], [(4, 2), (4, 1)], 3 * [(4, 2)]]
)
def test_inputs_that_are_no_pair_of_one_shape(shapes):
    inputs = [np.zeros(shape, "float32") for shape in shapes]
    with pytest.raises(ValueError, match="z_mean.*Received: "):
        GaussianSampling()(inputs)
    inputs = [keras.Input(shape[1:]) for shape in shapes]
    with pytest.raises(ValueError, match="z_mean.*Received: "):
        GaussianSampling()(inputs)
