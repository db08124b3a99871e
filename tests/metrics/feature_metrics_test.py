"""What holds for every metric over features."""

import json

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.metrics import DensityCoverage
from keras_generative.metrics import FrechetDistance
from keras_generative.metrics import InceptionScore
from keras_generative.metrics import KernelDistance
from keras_generative.metrics import PrecisionRecall
from keras_generative.metrics import Reference
from keras_generative.metrics import SlicedWasserstein

REAL = np.random.default_rng(0).normal(size=(60, 5))
FAKE = np.random.default_rng(1).normal(size=(50, 5)) * 1.3
METRICS = {
    "density_coverage": (DensityCoverage, {"num_neighbors": 4}),
    "frechet_distance": (FrechetDistance, {}),
    "inception_score": (InceptionScore, {"from_logits": True}),
    "kernel_distance": (KernelDistance, {"subset_size": 20, "subsets": 9}),
    "precision_recall": (PrecisionRecall, {"num_neighbors": 4}),
    "sliced_wasserstein": (SlicedWasserstein, {"num_projections": 9}),
}
STREAMING = ("frechet_distance", "inception_score")


@keras.saving.register_keras_serializable(package="tests")
def corner(images):
    return images[:, 0, 0]


def make(id, **kwargs):
    metric, arguments = METRICS[id]
    return metric(**arguments, **kwargs)


def values(metric):
    """The figures, whatever their names are."""
    return [float(value) for value in keras.tree.flatten(metric.result())]


def expected(name):
    metric = make(name)
    metric.update_state(REAL, FAKE)
    return values(metric)


@pytest.mark.parametrize("name", METRICS)
def test_batches_and_reset(name):
    metric = make(name)
    metric.update_state(FAKE + 9.0, REAL - 7.0)
    metric.reset_state()
    for start in range(0, 60, 7):
        metric.update_state(REAL[start : start + 7], None)
    for start in range(0, 50, 8):
        metric.update_state(None, FAKE[start : start + 8])
    np.testing.assert_allclose(values(metric), expected(name), rtol=1e-10)


@pytest.mark.parametrize("name", METRICS)
def test_config(name):
    metric = make(name, features=corner)
    assert metric.name == f"corner_{name}"
    config = json.loads(json.dumps(metric.get_config()))
    copy = type(metric).from_config(config)
    assert copy.get_config() == metric.get_config()
    for each in (metric, copy):
        each.update_state(REAL[:, None, None], FAKE[:, None, None])
    assert values(copy) == values(metric)
    np.testing.assert_allclose(values(metric), expected(name), rtol=1e-5)
    assert make(name).name == name
    assert make(name, features=corner, name="mine").name == "mine"


@pytest.mark.parametrize("name", METRICS)
def test_float32_and_a_list(name):
    metric = make(name)
    metric.update_state(REAL.astype("float32"), FAKE.tolist())
    np.testing.assert_allclose(values(metric), expected(name), rtol=1e-4)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite(name, value):
    metric = make(name)
    fake = FAKE.copy()
    fake[3, 2] = value
    with pytest.raises(ValueError, match="must be finite. Received: fake"):
        metric.update_state(REAL, fake)


@pytest.mark.parametrize("name", METRICS)
def test_empty_arrays(name):
    images = np.zeros((0, 1, 1, 5), "float32")
    with pytest.raises(ValueError, match="images of shape=.0, 1, 1, 5"):
        make(name, features=corner).update_state(None, images)


@pytest.mark.parametrize("name", METRICS)
def test_numbers_of_numpy(name):
    metric, arguments = METRICS[name]
    arguments = {
        key: np.int64(value) if type(value) is int else value
        for key, value in arguments.items()
    }
    config = json.dumps(metric(**arguments).get_config())
    assert config == json.dumps(make(name).get_config())


@pytest.mark.parametrize("name", METRICS)
def test_without_images(name):
    with pytest.raises(ValueError, match="needs.*Received: 0"):
        make(name).result()


@pytest.mark.parametrize("name", METRICS)
def test_a_compiled_update(name):
    metric = make(name)
    real, fake = (
        keras.ops.convert_to_tensor(x.astype("float32")) for x in (REAL, FAKE)
    )
    if name not in STREAMING and keras.config.backend() != "torch":
        with pytest.raises(ValueError, match="keeps all features on the host"):
            backend.traced(metric.update_state, real, fake)
        return
    update = compiled(metric)
    update(real, fake)
    np.testing.assert_allclose(values(metric), expected(name), rtol=1e-4)
    if name in STREAMING and keras.config.backend() != "torch":
        update(real, fake * np.nan)
        with pytest.raises(ValueError, match="finite.*NaN or infinity"):
            metric.result()


def compiled(metric):
    """`metric.update_state` as a compiled step of the backend would run it."""
    if keras.config.backend() == "torch":  # Keras compiles nothing there.
        return metric.update_state
    metric.build(REAL.shape[1])
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(metric.update_state)
    import jax

    step = jax.jit(metric.stateless_update_state)

    def update(real, fake):
        state = step([v.value for v in metric.variables], real, fake)
        with backend.double_precision():
            for variable, value in zip(metric.variables, state):
                variable.assign(value)

    return update


@pytest.mark.skipif(
    keras.config.backend() == "torch", reason="Keras compiles nothing there."
)
@pytest.mark.parametrize("name", STREAMING)
def test_a_compiled_result(name):
    metric = make(name)
    metric.update_state(REAL, FAKE)

    def result(state):
        return metric.stateless_result(state)

    with pytest.raises(ValueError, match="`result` outside"):
        backend.traced(result, [v.value for v in metric.variables])


@pytest.mark.parametrize("name", sorted(METRICS.keys() - {"inception_score"}))
def test_a_reference_stands_for_real_images(name, tmp_path):
    images = REAL[:, None, None]
    reference = Reference.from_images([images], corner, "noise", "test")
    metric = make(name, features=corner, reference=reference)
    metric.update_state(None, FAKE[:, None, None])
    np.testing.assert_allclose(values(metric), expected(name), rtol=1e-5)
    with pytest.raises(ValueError, match="takes no real images"):
        metric.update_state(images, None)
    with pytest.raises(ValueError, match="Call `save"):
        metric.get_config()
    reference.save(tmp_path / "noise.npz")
    copy = type(metric).from_config(metric.get_config())
    copy.update_state(None, FAKE[:, None, None])
    assert values(copy) == values(metric)
    # What is given are features of the same network, and named so.
    assert make(name, reference=reference).name == f"corner_{name}"
    with pytest.raises(ValueError, match=r"must have shape \(None, 5\)"):
        make(name, reference=reference).update_state(None, FAKE[:, :4])


def test_networks_that_differ():
    reference = Reference.from_images(
        [REAL[:, None, None]], corner, "noise", "test"
    )

    def other(images):
        return images[:, 0, 0]

    with pytest.raises(ValueError, match="uses, 'other'.*network='corner'"):
        FrechetDistance(other, reference=reference)


def test_bad_names_and_switches():
    with pytest.raises(ValueError, match="`name`.*Received: name=3"):
        FrechetDistance(name=3)
    with pytest.raises(ValueError, match="`from_logits`.*Received: from_log"):
        InceptionScore(from_logits="no")


@pytest.mark.parametrize("name", METRICS)
def test_features_of_unequal_lengths(name):
    with pytest.raises(ValueError, match="one shape. Received: features="):
        make(name).update_state(None, [[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("metric", [FrechetDistance, SlicedWasserstein])
def test_updates_of_nothing(metric):
    z = np.ones((4, 3))
    for real, fake in ((None, None), (z[0], z[0])):
        with pytest.raises(ValueError, match="Received: "):
            metric().update_state(real, fake)


@pytest.mark.parametrize("metric", [FrechetDistance, SlicedWasserstein])
def test_an_empty_batch_changes_nothing(metric):
    z = np.random.default_rng(0).normal(size=(2, 8, 3))
    metrics = metric(), metric()
    metrics[1].update_state(z[0, :0], z[1, :0])
    for each in metrics:
        each.update_state(*z)
    results = [float(each.result()) for each in metrics]
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)
