"""What `Diffusion` and `FlowMatching` have in common, and each by itself."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import backend
from keras_generative.diffusion import DDIM
from keras_generative.diffusion import CosineSchedule
from keras_generative.diffusion import MinSNRWeighting
from keras_generative.models import Diffusion
from keras_generative.models import FlowMatching
from tests.diffusion import gaussian
from tests.test_case import IMAGE_SHAPE
from tests.test_case import VECTOR_SHAPE
from tests.test_case import denoiser
from tests.test_case import make_diffusion
from tests.test_case import make_flow_matching
from tests.test_case import make_images
from tests.test_case import make_labels

IMAGES = make_images(8, low=-1.0)
GENERATOR = np.random.default_rng(0)
NOISE = GENERATOR.normal(size=IMAGES.shape).astype("float32")
TIMES = GENERATOR.uniform(0.1, 0.9, 8).astype("float32")


@pytest.fixture
def injected(monkeypatch):
    """Noise and times of the first batch that are known."""
    uniform = iter([TIMES])
    monkeypatch.setattr(
        backend, "random_normal", lambda shape, seed: ops.array(NOISE)
    )
    monkeypatch.setattr(
        backend, "random_uniform", lambda shape, seed: ops.array(next(uniform))
    )


def evaluated(model):
    model.compile(run_eagerly=True)
    return model.evaluate(IMAGES, verbose=0, return_dict=True)["loss"]


def outputs_of(model, noisy):
    outputs = model.network([ops.array(noisy), ops.array(TIMES)])
    return ops.convert_to_numpy(outputs)


def per_image(x):
    return x.reshape(-1, 1, 1, 1)


def test_the_loss_of_diffusion(injected):
    model = Diffusion(denoiser(), CosineSchedule(20.0), weighting="min_snr")
    loss = evaluated(model)
    first = np.arctan(np.exp(-10.0))
    angle = per_image(first + (np.pi / 2 - 2 * first) * TIMES)
    alpha, sigma = np.cos(angle), np.sin(angle)
    noisy = (alpha * IMAGES + sigma * NOISE).astype("float32")
    error = outputs_of(model, noisy) - (alpha * NOISE - sigma * IMAGES)
    snr = (alpha / sigma) ** 2
    weights = np.minimum(snr, 5.0) / (snr + 1)
    np.testing.assert_allclose(loss, (weights * error**2).mean(), rtol=1e-4)


def test_the_loss_of_flow_matching(injected):
    model = FlowMatching(denoiser(kernel_regularizer=keras.regularizers.L2(1)))
    loss = evaluated(model)
    t = per_image(TIMES)
    noisy = (1 - t) * IMAGES + t * NOISE
    error = outputs_of(model, noisy) - (NOISE - IMAGES)
    (dense,) = (x for x in model.network.layers if hasattr(x, "layers"))
    squares = (np.array(dense.layers[1].kernel) ** 2).sum()
    np.testing.assert_allclose(loss, (error**2).mean() + squares, rtol=1e-4)


class Best(layers.Layer):
    """The v of data that are normal with a known mean and deviation."""

    def call(self, inputs):
        x, time = inputs
        level = CosineSchedule().level(time, x)
        x0, noise = gaussian.denoise(x, level)
        return level.alpha * noise - level.sigma * x0


def best_diffusion():
    inputs = [keras.Input(IMAGE_SHAPE), keras.Input(())]
    return Diffusion(keras.Model(inputs, Best()(inputs)))


@pytest.mark.parametrize("sampler", ["ddim", "ddpm", "heun", "dpm_solver"])
def test_samples_of_the_best_network(sampler):
    model = best_diffusion()
    samples = model.generate(300, seed=1, sampler=sampler, steps=64)
    assert abs(samples.mean() - gaussian.MEAN) < 0.03
    assert abs(samples.std() - gaussian.DEVIATION) < 0.05
    if sampler != "ddpm":
        z = model.prior.sample(300, IMAGE_SHAPE, 1)
        expected = gaussian.end_of_flow(CosineSchedule(), z)
        tolerance = 0.05 if sampler == "ddim" else 0.01
        np.testing.assert_allclose(samples, expected, atol=tolerance)


def test_generating_in_batches_of_any_size():
    model = make_diffusion()
    model.compile()
    for sampler in ("ddim", "ddpm"):
        arguments = {"sampler": sampler, "steps": 3, "seed": 2, "guidance": 2.0}
        samples = model.generate(9, labels=make_labels(9), **arguments)
        again = model.generate(
            9, labels=make_labels(9), batch_size=4, **arguments
        )
        np.testing.assert_allclose(samples, again, rtol=1e-4, atol=1e-5)
        fewer = model.generate(5, labels=make_labels(5), **arguments)
        np.testing.assert_allclose(samples[:5], fewer, rtol=1e-4, atol=1e-5)
        others = model.generate(
            9, labels=make_labels(9), **{**arguments, "seed": 3}
        )
        assert (samples != others).any()


def test_noise_of_samples_and_back():
    model = best_diffusion()
    z = GENERATOR.normal(size=(20, *IMAGE_SHAPE)).astype("float32")
    x = gaussian.end_of_flow(CosineSchedule(), z)
    np.testing.assert_allclose(model.encode(x), z, atol=0.03)
    np.testing.assert_allclose(
        model.decode(z, sampler="heun"), x, rtol=1e-3, atol=5e-3
    )
    np.testing.assert_allclose(
        model.decode(model.encode(x), sampler="heun"), x, atol=0.02
    )
    with pytest.raises(ValueError, match="Latents must have shape.*Received"):
        model.decode(z[:, 0])
    with pytest.raises(ValueError, match="must have shape.*Received"):
        model.encode(x[:, 0])
    with pytest.raises(ValueError, match="steps.*Received"):
        model.encode(x, steps=0)


def test_latents_of_labels():
    model, labels = make_diffusion(), make_labels(8)
    z = model.encode(IMAGES, labels, steps=100)
    again = model.decode(z, labels, steps=100, sampler="heun")
    np.testing.assert_allclose(again, IMAGES, atol=0.05)
    others = model.encode(IMAGES, (labels + 1) % 4, steps=100)
    assert np.abs(z - others).max() > 1e-3


class BestOfPairs(layers.Layer):
    """The velocity of pairs of equal numbers, each of them normal."""

    def call(self, inputs):
        x, time = inputs
        t = ops.reshape(time, (-1, 1))
        mean = ops.mean(x, axis=1, keepdims=True)
        # The noise of the mean of two has half the variance.
        variance = (1 - t) ** 2 + t**2 / 2
        x0 = (1 - t) / variance * mean * ops.ones_like(x)
        noise = (x - (1 - t) * x0) / ops.maximum(t, 1e-6)
        return noise - x0


@pytest.mark.parametrize("sampler", ["euler", "ddpm", "heun", "dpm_solver"])
def test_inpainting(sampler):
    inputs = [keras.Input((2,)), keras.Input(())]
    model = FlowMatching(keras.Model(inputs, BestOfPairs()(inputs)))
    images = GENERATOR.normal(size=(50, 2)).astype("float32")
    arguments = {"seed": 1, "steps": 100, "sampler": sampler}
    made = model.inpaint(images, [False, True], **arguments)
    np.testing.assert_array_equal(made[:, 0], images[:, 0])
    assert np.corrcoef(made.T)[0, 1] > 0.9
    again = model.inpaint(images, np.zeros((50, 2), bool), **arguments)
    np.testing.assert_array_equal(again, images)
    with pytest.raises(ValueError, match="mask must.*Received.*3"):
        model.inpaint(images, [True, False, True])


def test_a_sampler_by_object_and_by_id():
    model = make_flow_matching()
    by_id = model.generate(4, seed=1, steps=5, sampler="euler")
    by_object = model.generate(4, seed=1, steps=5, sampler=DDIM())
    np.testing.assert_array_equal(by_id, by_object)


def test_samples_are_in_the_range_of_the_model():
    model = FlowMatching(denoiser(), value_range=(-0.1, 0.2))
    samples = model.generate(8, seed=1, steps=2)
    assert samples.min() == np.float32(-0.1)
    assert samples.max() == np.float32(0.2)
    assert FlowMatching(denoiser(activation="tanh")).value_range is None


class LabelNetwork(layers.Layer):
    """What it is told, and nothing else, is its output."""

    def call(self, inputs):
        x, _, labels = inputs
        shape = (-1, *[1] * (len(x.shape) - 1))
        return ops.zeros_like(x) + ops.reshape(ops.cast(labels, x.dtype), shape)


def label_model(**kwargs):
    x, t = keras.Input((2,)), keras.Input(())
    labels = keras.Input((), dtype="int32")
    outputs = LabelNetwork()([x, t, labels])
    return FlowMatching(
        keras.Model([x, t, labels], outputs), num_classes=4, **kwargs
    )


def test_guidance():
    """One step of velocity `null + w (label - null)` from the noise."""
    model = label_model()
    z = model.prior.sample(3, (2,), 1)
    labels = np.array([0, 1, 3])
    for guidance in (0.0, 1.0, 2.5):
        samples = model.generate(3, labels, seed=1, steps=1, guidance=guidance)
        velocity = 4 + guidance * (labels - 4)
        np.testing.assert_allclose(
            samples, z - velocity[:, None], rtol=1e-5, atol=1e-5
        )
    samples = model.generate(3, seed=1, steps=1)
    np.testing.assert_allclose(samples, z - 4, rtol=1e-5)


@pytest.mark.parametrize("rank", [1, 2])
def test_labels_are_left_out_in_training_alone(monkeypatch, rank):
    told = []

    class Told(layers.Layer):
        def call(self, inputs):
            x, _, labels = inputs
            told.append(ops.convert_to_numpy(labels))
            return x * self.scale

        def build(self, shape):
            self.scale = self.add_weight(shape=())

        def compute_output_spec(self, inputs):
            return keras.KerasTensor(inputs[0].shape, inputs[0].dtype)

    inputs = [keras.Input((2,)), keras.Input(())]
    if rank == 1:
        inputs.append(keras.Input((), dtype="int32"))
        labels = np.arange(8) % 4
    else:
        inputs.append(keras.Input((3,)))
        labels = GENERATOR.normal(size=(8, 3)).astype("float32")
    layer = Told()
    model = FlowMatching(
        keras.Model(inputs, layer(inputs)),
        label_dropout=0.3,
        num_classes=4 if rank == 1 else None,
    )
    monkeypatch.setattr(
        backend,
        "random_uniform",
        lambda shape, seed: ops.reshape(
            ops.arange(8, dtype="float32") / 8, shape
        ),
    )
    model.compile("sgd", run_eagerly=True)
    x = np.zeros((8, 2), "float32")
    told.clear()
    model.fit(x, labels, batch_size=8, shuffle=False, verbose=0)
    expected = labels.copy()
    expected[:3] = 4 if rank == 1 else 0
    np.testing.assert_allclose(told[-1], expected)
    model.evaluate(x, labels, batch_size=8, verbose=0)
    np.testing.assert_allclose(told[-1], labels)


def test_averages_are_the_default():
    model = make_flow_matching()
    model.compile()
    assert model.has_averages
    model.compile("adam")
    assert not model.has_averages
    samples = model.generate(2, seed=1, steps=2)
    with pytest.raises(ValueError, match="use_ema=True"):
        model.generate(2, seed=1, steps=2, ema=True)
    model.compile(keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5))
    x = np.ones((8, *VECTOR_SHAPE), "float32")
    for _ in range(2):
        model.train_on_batch(x)
    averaged = model.generate(2, seed=1, steps=2)
    explicit = model.generate(2, seed=1, steps=2, ema=True)
    np.testing.assert_array_equal(averaged, explicit)
    present = model.generate(2, seed=1, steps=2, ema=False)
    assert (averaged != present).all() and (samples != present).all()


def test_each_is_saved_with_what_it_is_made_of(tmp_path):
    network = denoiser(num_classes=4)
    model = Diffusion(
        network,
        CosineSchedule(7.0),
        "x0",
        MinSNRWeighting(2.0),
        label_dropout=0.2,
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    config, loaded_config = (m.get_config() for m in (model, loaded))
    for part in set(config) - {"network"}:
        assert loaded_config[part] == config[part]
    assert loaded.label_spec == model.label_spec == ((), 4)
    for either in (model, loaded):
        assert either.denoiser.null_label == 4
    np.testing.assert_allclose(
        *(
            m.generate(2, 1, seed=1, steps=3, guidance=3.0)
            for m in (model, loaded)
        ),
        rtol=1e-5,
    )


def test_vectors_for_labels():
    x, t, labels = (keras.Input(s) for s in ((2,), (), (3,)))
    joined = layers.Concatenate()([x, labels, ops.reshape(t, (-1, 1))])
    outputs = layers.Dense(2)(joined)
    model = Diffusion(keras.Model([x, t, labels], outputs))
    labels = np.ones((4, 3), "float32")
    samples = model.generate(4, labels, seed=1, steps=2, guidance=2.0)
    assert samples.shape == (4, 2)
    none = model.generate(4, seed=1, steps=2)
    zeros = model.generate(4, 0 * labels, seed=1, steps=2)
    np.testing.assert_allclose(none, zeros, rtol=1e-5)


def refused_networks():
    x, t = keras.Input((2,)), keras.Input(())
    times = ops.reshape(t, (-1, 1))
    yield "sample alone", keras.Model(x, layers.Dense(2)(x))
    labels = keras.Input((), dtype="int32")
    codes = layers.Embedding(3, 2)(labels)
    yield "no time", keras.Model([x, labels], x + codes)
    unknown = keras.Input((None,))
    yield "unknown", keras.Model([unknown, t], unknown * times)
    column = keras.Input((1,))
    yield "column", keras.Model([x, column], x + column)
    yield "shape", keras.Model([x, t], layers.Dense(3)(x + times))
    yield "outputs", keras.Model([x, t], [x + times, x * 2])


@pytest.mark.parametrize("name, network", refused_networks())
def test_networks_that_are_refused(name, network):
    wanted = (
        "one output of the shape" if name in ("shape", "outputs") else "times"
    )
    with pytest.raises(ValueError, match=f"{wanted}.*Received"):
        Diffusion(network)
    with pytest.raises(ValueError, match="must be a `keras.Model`.*Received"):
        Diffusion("unet")


def test_a_network_that_does_not_say_how_many_classes_there_are():
    inputs = label_model().network
    with pytest.raises(ValueError, match="num_classes.*label_dropout=0.0"):
        Diffusion(inputs)
    assert Diffusion(inputs, label_dropout=0.0).label_spec == ((), None)
    model = Diffusion(inputs, label_dropout=0.0, num_classes=5)
    assert model.label_spec == ((), 5)


def test_bad_arguments():
    with pytest.raises(ValueError, match="label_dropout.*Received"):
        make = {"label_dropout": 1.5}
        FlowMatching(denoiser(), **make)
    with pytest.raises(ValueError, match="Unknown schedule"):
        Diffusion(denoiser(), "sine")
    with pytest.raises(ValueError, match="Unknown coupling"):
        FlowMatching(denoiser(), "sinkhorn")
    model = make_diffusion()
    for arguments, message in (
        ({"steps": 0}, "steps.*positive.*Received"),
        ({"steps": 2.5}, "steps.*positive.*Received"),
        ({"sampler": "plms"}, "Unknown sampler"),
        ({"guidance": 2.0}, "Only samples with labels.*Received"),
        ({"guidance": "2", "labels": 1}, "guidance.*Received"),
        ({"labels": 4}, "from 0 to 3.*Received"),
        ({"labels": 1, "batch_size": 0}, "batch_size.*Received"),
        ({"seed": -1}, "seed.*Received"),
    ):
        with pytest.raises(ValueError, match=message):
            model.generate(2, **arguments)
    without = FlowMatching(denoiser())
    with pytest.raises(ValueError, match="take no labels"):
        without.generate(2, labels=1)
    with pytest.raises(ValueError, match="Only samples with labels"):
        without.generate(2, guidance=2.0)
    never = Diffusion(denoiser(num_classes=4), label_dropout=0.0)
    with pytest.raises(ValueError, match="label_dropout=0.0"):
        never.generate(2, labels=1, guidance=2.0)
    with pytest.raises(ValueError, match="take labels.*labels=None"):
        never.generate(2)
