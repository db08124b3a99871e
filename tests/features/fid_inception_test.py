import functools
import hashlib
import json
import pickle
import zipfile

import keras
import numpy as np
import pytest

from keras_generative.features import FIDInception
from keras_generative.features import fid_inception
from keras_generative.features.inception_network import inception_network
from keras_generative.features.torch_file import read_torch_file

torch = pytest.importorskip("torch")

from tests.features.torch_inception import Inception  # noqa: E402

SIZE, DIVISOR = 75, 16  # The least that its strides leave something of.


def make_state(network):
    """Random weights for a thin Inception, by torch's names."""
    generator = torch.Generator().manual_seed(0)
    state = {}
    for layer in network.layers:
        shapes = [tuple(weight.shape) for weight in layer.weights]
        name = layer.name.replace("-", ".")
        if isinstance(layer, keras.layers.Conv2D):
            height, width, inputs, outputs = shapes[0]
            kernel = torch.randn(
                outputs, inputs, height, width, generator=generator
            )
            scale = (2 / (inputs * height * width)) ** 0.5
            state[f"{name}.weight"] = scale * kernel
        elif isinstance(layer, keras.layers.BatchNormalization):
            for key in ("weight", "bias", "running_mean", "running_var"):
                numbers = torch.rand(shapes[0], generator=generator)
                is_around_0 = key in ("bias", "running_mean")
                numbers = numbers - 0.5 if is_around_0 else numbers + 0.5
                state[f"{name}.{key}"] = numbers
            # Which no layer of Keras has.
            count = torch.tensor(7)
            state[f"{name}.num_batches_tracked"] = count
        elif isinstance(layer, keras.layers.Dense):
            inputs, outputs = shapes[0]
            kernel = torch.randn(outputs, inputs, generator=generator)
            # Small, so that no class is certain.
            state["fc.weight"] = 0.1 * kernel
            state["fc.bias"] = torch.randn(outputs, generator=generator)
    return state


def hash_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def network():
    return inception_network(SIZE, DIVISOR)


@pytest.fixture(scope="module")
def state(network):
    return make_state(network)


@pytest.fixture(scope="module")
def file(state, tmp_path_factory):
    """A small stand-in for the file of weights."""
    path = tmp_path_factory.mktemp("weights") / "stand_in.pth"
    torch.save(state, path, _use_new_zipfile_serialization=False)
    return path


def make_images(num_images=3, size=SIZE):
    shape = (num_images, size, size, 3)
    return np.random.default_rng(0).uniform(size=shape).astype("float32")


def assert_close(values, expected):
    atol = 1e-4 * float(expected.abs().max())
    np.testing.assert_allclose(values, expected, atol=atol)


def test_features_and_probabilities_are_those_of_torch(network, state, file):
    fid_inception.set_arrays(network, read_torch_file(file))
    images = 2 * make_images() - 1
    outputs = network.predict_on_batch(images)
    expected = Inception(state)(images)
    for values, others in zip(outputs, expected, strict=True):
        assert_close(values, others)
    assert 0.01 < outputs[1].max() < 0.9


def test_each_mode_has_its_scale_and_its_name(state, file, monkeypatch):
    thin = functools.partial(inception_network, SIZE, DIVISOR)
    monkeypatch.setattr(fid_inception, "inception_network", thin)
    arguments = {"weights": file, "sha256": hash_of(file)}
    images = make_images()
    clean = FIDInception(value_range=(0, 2), **arguments)
    # Other weights are other features.
    name = f"fid_inception_{hash_of(file)[:8]}"
    assert FIDInception().name == "fid_inception"
    assert clean.name == name
    expected, _ = Inception(state)((images * 255 - 128) / 128)
    assert_close(clean(2 * images), expected)
    legacy = FIDInception(
        "probabilities", (0, 1), "legacy_pytorch", **arguments
    )
    name = name.replace("inception_", "inception_probabilities_")
    assert legacy.name == f"{name}_legacy_pytorch"
    # As it comes back from a config.
    config = keras.saving.serialize_keras_object(legacy)
    config = json.loads(json.dumps(config))
    loaded = keras.saving.deserialize_keras_object(config)
    assert loaded.name == legacy.name
    _, expected = Inception(state)(2 * images - 1)
    assert_close(loaded(images), expected)


def test_weights_that_do_not_fit(network, state):
    arrays = {name: tensor.numpy() for name, tensor in state.items()}
    lacking = {k: v for k, v in arrays.items() if "Mixed_7a" not in k}
    with pytest.raises(ValueError, match="an array 'Mixed_7a"):
        fid_inception.set_arrays(network, lacking)
    other = {**arrays, "fc.weight": np.zeros((3, 128), "float32")}
    with pytest.raises(ValueError, match="Weights 'fc.weight' must have"):
        fid_inception.set_arrays(network, other)


@pytest.mark.parametrize("is_zip", [True, False])
def test_files_of_torch_are_read_without_it(tmp_path, is_zip):
    storage = torch.arange(24.0)
    state = {
        "plain": storage.reshape(2, 3, 4),
        "view": storage[4:16].reshape(3, 4).T,
        "half": torch.tensor([0.5, -2.0], dtype=torch.float16),
        "double": torch.tensor([[1 / 3]], dtype=torch.float64),
        "count": torch.tensor(7),
    }
    path = tmp_path / "state.pth"
    torch.save(state, path, _use_new_zipfile_serialization=is_zip)
    assert zipfile.is_zipfile(path) == is_zip
    arrays = read_torch_file(path)
    assert list(arrays) == list(state)
    for name, tensor in state.items():
        assert arrays[name].dtype == tensor.numpy().dtype
        np.testing.assert_array_equal(arrays[name], tensor)


class Harm:
    def __reduce__(self):
        return print, ("harm",)


def test_files_run_nothing(tmp_path, capsys):
    path = tmp_path / "state.pth"
    for is_zip in (True, False):
        torch.save({"a": Harm()}, path, _use_new_zipfile_serialization=is_zip)
        with pytest.raises(ValueError, match="it asks for .*print"):
            read_torch_file(path)
    path.write_bytes(pickle.dumps(Harm()))
    with pytest.raises(ValueError, match="it asks for .*print"):
        read_torch_file(path)
    path.write_bytes(b"no weights")
    with pytest.raises(ValueError, match="could not be read"):
        read_torch_file(path)
    assert capsys.readouterr().out == ""
