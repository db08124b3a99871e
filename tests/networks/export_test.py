"""Networks run where there is neither Keras nor this package."""

import keras
import numpy as np
import pytest

from keras_generative import networks

SHAPE = (8, 8, 1)
NETWORKS = {
    "mlp_encoder": lambda: networks.mlp_encoder(SHAPE, 3, gaussian=True),
    "conv_encoder": lambda: networks.conv_encoder(SHAPE, 3),
    "mlp_decoder": lambda: networks.mlp_decoder(3, SHAPE),
    "conv_decoder": lambda: networks.conv_decoder(3, SHAPE),
    "dcgan_generator": lambda: networks.dcgan_generator(
        3, SHAPE, base_filters=4
    ),
    "unet_generator": lambda: networks.unet_generator(SHAPE, base_filters=2),
    "resnet_generator": lambda: networks.resnet_generator(
        SHAPE, base_filters=2, blocks=1
    ),
}
# What Keras exports with, beside the `onnx` that all of them need.
ONNX = {"tensorflow": "tf2onnx", "jax": "jax2onnx", "torch": "onnxscript"}


def case(name):
    network = NETWORKS[name]()
    shape = (5, *network.input_shape[1:])
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    # Called, since Keras exports no network to ONNX that never was.
    outputs = keras.tree.flatten(network(inputs))
    return network, inputs, [keras.ops.convert_to_numpy(y) for y in outputs]


def assert_close(outputs, expected):
    for a, b in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.skipif(
    keras.config.backend() == "torch", reason="Keras: not from torch"
)
@pytest.mark.parametrize("name", NETWORKS)
def test_saved_model(name, tmp_path):
    tf = pytest.importorskip("tensorflow")
    network, inputs, expected = case(name)
    network.export(tmp_path / "network", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "network"))
    outputs = keras.tree.flatten(served.serve(inputs))
    assert_close([y.numpy() for y in outputs], expected)


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx(name, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip(ONNX[keras.config.backend()])
    network, inputs, expected = case(name)
    path = str(tmp_path / "network.onnx")
    network.export(path, format="onnx", verbose=False)
    session = runtime.InferenceSession(path)
    [name] = [node.name for node in session.get_inputs()]
    assert_close(session.run(None, {name: inputs}), expected)
