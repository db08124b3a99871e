"""What Keras users expect of every model."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from tests.test_case import FED
from tests.test_case import MODELS
from tests.test_case import OBJECTIVES
from tests.test_case import assert_equal_state
from tests.test_case import generates
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.test_case import make_labels
from tests.test_case import make_vae
from tests.test_case import make_with_dropout
from tests.test_case import run_model_test
from tests.test_case import scaled_decoder
from tests.test_case import weights_of

NAMES = list(MODELS)
# The others do in their own files, with losses and codes of their own.
TRAINED_HERE = NAMES[: NAMES.index("acgan")]
MAKERS_OF_SAMPLES = [
    name for name, case in MODELS.items() if generates(case.make())
]
is_torch = keras.config.backend() == "torch"


@pytest.mark.xla
@pytest.mark.parametrize("name", TRAINED_HERE)
def test_trains_saves_loads_and_goes_on(name, tmp_path):
    x, y = MODELS[name].data(20)
    run_model_test(make_compiled(name), x, MODELS[name].log_names, tmp_path, y)


@pytest.mark.xla
def test_a_learned_scale_trains_saves_loads_and_goes_on(tmp_path):
    model = make_vae(decoder=scaled_decoder())
    model.compile(loss="discretized_logistic_nll")
    run_model_test(model, make_images(), MODELS["vae"].log_names, tmp_path)


class Batches(keras.utils.PyDataset):
    def __init__(self, arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return tuple(a[8 * index : 8 * index + 8] for a in self.arrays)


def tf_dataset(arrays):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(arrays).batch(8)


def torch_loader(arrays):
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(*map(torch.as_tensor, arrays))
    return torch.utils.data.DataLoader(dataset, batch_size=8)


def generator(arrays):
    while True:
        yield from map(Batches(arrays).__getitem__, range(3))


def unasked_labels(x, y=None):
    """With labels that the model takes no notice of, or as a float column."""
    if y is None:
        return x, np.zeros(len(x))
    return x, y[:, None].astype("float64") if y.ndim == 1 else y


INPUTS = {
    "numpy": lambda arrays: dict(zip("xy", arrays)),
    "other labels": lambda arrays: dict(zip("xy", unasked_labels(*arrays))),
    "float64": lambda arrays: dict(
        zip("xy", (arrays[0].astype("float64"), *arrays[1:]))
    ),
    "tf.data": lambda arrays: dict(x=tf_dataset(unasked_labels(*arrays))),
    "unknown length": lambda arrays: dict(
        x=tf_dataset(arrays).filter(lambda *batch: True)
    ),
    "PyDataset": lambda arrays: dict(x=Batches(arrays)),
    "DataLoader": lambda arrays: dict(x=torch_loader(unasked_labels(*arrays))),
    "generator": lambda arrays: dict(x=generator(arrays), steps_per_epoch=3),
}


def inputs(name, kind, num_samples=20):
    """Arguments of `fit`, without a `y` where there is none."""
    arrays = MODELS[name].data(num_samples)
    return INPUTS[kind](tuple(a for a in arrays if a is not None))


@functools.cache
def fit_in_order(name, kind):
    keras.utils.set_random_seed(1)
    model, data = make_compiled(name), inputs(name, kind)
    if isinstance(data["x"], np.ndarray):
        data["batch_size"] = 8
    history = model.fit(**data, epochs=2, shuffle=False, verbose=0).history
    return history, weights_of(model)


@pytest.mark.parametrize("kind", sorted(INPUTS.keys() - {"numpy"}))
@pytest.mark.parametrize("name", FED)
def test_every_kind_of_data_gives_the_same_run(name, kind):
    """Twenty images in batches of 8, 8 and 4, in order."""

    history, weights = fit_in_order(name, kind)
    expected_history, expected_weights = fit_in_order(name, "numpy")
    for key, values in expected_history.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-6)
    for a, b in zip(weights, expected_weights):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", FED)
def test_a_batch_by_itself(name):
    model = make_compiled(name)
    for step in (model.train_on_batch, model.test_on_batch):
        logs = step(*MODELS[name].data(8), return_dict=True)
        assert set(logs) == set(MODELS[name].log_names)


@pytest.mark.parametrize("name", FED)
def test_evaluate_takes_what_fit_takes(name):
    model = make_compiled(name)
    for kind in ("numpy", "other labels", "tf.data", "DataLoader"):
        data = inputs(name, kind)
        logs = model.evaluate(**data, verbose=0, return_dict=True)
        assert set(logs) == set(MODELS[name].log_names)


def test_evaluate_takes_nothing_from_a_generator_in_use(monkeypatch):
    """`fit` calls `evaluate` each epoch with one generator."""
    monkeypatch.setattr(keras.Model, "evaluate", lambda self, x: next(x))
    model = make_compiled("autoencoder")
    monkeypatch.setattr(model, "_is_fitting", True)
    batches = (batch for batch in range(3))
    assert [model.evaluate(batches) for _ in range(3)] == [0, 1, 2]


def fit_of_constant_noise(name, **execution):
    keras.utils.set_random_seed(1)
    model = MODELS[name].make()
    model.compile(**execution)
    data = inputs(name, "numpy", num_samples=16)
    model.fit(**data, batch_size=8, shuffle=False, verbose=0)
    return weights_of(model)


usual_fit_of_constant_noise = functools.cache(fit_of_constant_noise)


@pytest.mark.parametrize(
    "execution",
    [
        {"run_eagerly": True},
        {"jit_compile": False},
        pytest.param(
            {"jit_compile": True},
            marks=pytest.mark.skipif(
                is_torch, reason="needs a C++ compiler at run time"
            ),
        ),
        pytest.param(
            {"steps_per_execution": 2},
            marks=pytest.mark.skipif(is_torch, reason="Keras: not on torch"),
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_way_to_execute_gives_the_same_run(monkeypatch, name, execution):
    # XLA on TensorFlow draws other numbers from the same seed.
    for draw in ("random_normal", "random_uniform"):
        monkeypatch.setattr(
            backend, draw, lambda shape, seed: 0.3 * ops.ones(shape)
        )

    weights = fit_of_constant_noise(name, **execution)
    for a, b in zip(weights, usual_fit_of_constant_noise(name)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_logs_are_means_weighted_by_batch_size(name):
    """The loss of an autoencoder on 8 + 8 + 4 images is that on 20."""
    model = make_compiled(name)
    if not generates(model):  # and draws no noise
        data = inputs(name, "numpy")
        logs = [
            model.evaluate(**data, batch_size=b, verbose=0)[0] for b in (8, 20)
        ]
        np.testing.assert_allclose(logs[0], logs[1], rtol=1e-5)
    model.reset_metrics()
    names = MODELS[name].log_names
    model._log_means.update({k: 1.0 for k in names}, 3)
    model._log_means.update({k: 5.0 for k in names}, 1)
    logs = model.get_metrics_result()
    assert {k: float(v) for k, v in logs.items()} == {k: 2.0 for k in names}


@pytest.mark.parametrize("name", NAMES)
def test_uncompiled_model_saves_and_loads(name, tmp_path):
    model = MODELS[name].make()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert not loaded.compiled
    for a, b in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", FED)
def test_weights_file_round_trip(name, tmp_path):
    model, other = make_compiled(name), make_compiled(name)
    model.fit(**inputs(name, "numpy"), verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    assert_equal_state(model, other)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_loaded_model_goes_on_as_the_saved_one(name, tmp_path):
    """Draws the noise and the dropout that the saved one would have drawn."""

    def fit(model):
        data = inputs(name, "numpy")
        model.fit(**data, batch_size=8, shuffle=False, verbose=0)

    keras.utils.set_random_seed(1)
    model = make_with_dropout(name)
    model.compile()
    fit(model)
    path = str(tmp_path / "model.keras")
    model.save(path)
    loaded = keras.models.load_model(path)
    fit(model)
    fit(loaded)
    assert_equal_state(loaded, model)


@pytest.mark.parametrize("name", NAMES)
def test_noise_of_another_model_is_left_out_with_a_warning(name):
    model = make_with_dropout(name)
    count = len(model._seed_states())
    store = {}
    model.save_own_variables(store)
    store["seed_states"] = np.zeros((5, 2))
    before = [np.array(state) for state in model._seed_states()]
    with pytest.warns(UserWarning, match=f"of 5 seed.*has {count}"):
        model.load_own_variables(store)
    for state, value in zip(model._seed_states(), before, strict=True):
        np.testing.assert_array_equal(state, value)


@pytest.mark.parametrize("name", FED)
def test_can_be_compiled_again(name):
    model = make_compiled(name)
    model.fit(**inputs(name, "numpy"), verbose=0)
    model.compile()
    model.fit(**inputs(name, "numpy"), verbose=0)
    assert int(model.optimizer.iterations) == 1


@pytest.mark.parametrize("name", NAMES)
def test_fit_before_compile(name):
    with pytest.raises(ValueError, match="compile"):
        MODELS[name].make().fit(**inputs(name, "numpy"), verbose=0)


BAD_SAMPLES = {
    "must be float.*uint8": lambda x: x.astype("uint8"),
    # (4, 4) of images, (8,) of series, () of vectors.
    r"shape \({0}.*shape=\((\)|{0},( 4)?\))": lambda x: x[..., 0],
    r"shape \({0}.*shape=\(2": lambda x: x[:, :2],
}


@pytest.mark.parametrize("name", NAMES)
def test_bad_samples_are_refused_and_nothing_is_lost(name):
    model = make_compiled(name)
    before = weights_of(model)
    x, y = MODELS[name].data(20)
    for pattern, make_bad in BAD_SAMPLES.items():
        samples, message = make_bad(x), pattern.format(x.shape[1])
        for data in ((samples, y), (one_batch(samples, y),)):
            with pytest.raises(ValueError, match=message):
                model.fit(*data, verbose=0)
        with pytest.raises(ValueError, match=message):
            model.fit(x, y, validation_data=batch_of(samples, y), verbose=0)
        with pytest.raises(ValueError, match=message):
            model.evaluate(samples, y, verbose=0)
    for a, b in zip(before, weights_of(model)):
        np.testing.assert_array_equal(a, b)
    model.fit(x, y, verbose=0)


def batch_of(x, y):
    return (x,) if y is None else (x, y)


def one_batch(x, y):
    yield batch_of(x, y)


@pytest.mark.parametrize("name", FED)
def test_weights_are_refused_and_nothing_is_lost(name):
    model = make_compiled(name)
    x, y = MODELS[name].data(20)
    labels = np.zeros(20, "int32") if y is None else y
    for weights in ({"sample_weight": np.ones(20)}, {"class_weight": {0: 1.0}}):
        with pytest.raises(ValueError, match="weighs all samples.*Received"):
            model.fit(x, labels, **weights, verbose=0)
    with pytest.raises(ValueError, match="weighs all samples.*Received"):
        model.train_on_batch(x, labels, sample_weight=np.ones(20))
    model.fit(x, y, verbose=0)


def generate(model, num_images, **kwargs):
    """Samples, of all classes in turn where the model takes them."""
    if model.label_spec is None:
        return model.generate(num_images, **kwargs)
    count = num_images if isinstance(num_images, int) else 3
    labels = make_labels(max(count, 1))
    return model.generate(num_images, labels=labels, **kwargs)


@pytest.mark.parametrize("name", MAKERS_OF_SAMPLES)
def test_generate(name):
    model = make_compiled(name)
    samples = generate(model, 5, seed=3)
    assert samples.shape == (5, *model.sample_shape)
    assert samples.dtype == "float32"
    np.testing.assert_array_equal(samples, generate(model, 5, seed=3))
    longer = generate(model, 9, seed=3)[:5]
    np.testing.assert_allclose(samples, longer, rtol=1e-5, atol=1e-6)
    assert (samples != generate(model, 5, seed=4)).any()
    assert (generate(model, 5) != generate(model, 5)).any()
    for num_images in (0, -1, 2.5):
        with pytest.raises(ValueError, match="num_images.*Received"):
            generate(model, num_images)


@pytest.mark.parametrize("name", ["vae", "gan", "infogan"])
def test_generating_leaves_the_training_noise_alone(name):
    def fit(look):
        keras.utils.set_random_seed(1)
        model = make_compiled(name)
        callback = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: look(model)
        )
        data = inputs(name, "numpy")
        model.fit(**data, epochs=2, verbose=0, callbacks=[callback])
        return weights_of(model)

    for a, b in zip(
        fit(lambda model: generate(model, 4, seed=1)), fit(lambda model: None)
    ):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "num_images, batch_size", [(8, 3), (11, 8), (3, None), (33, None)]
)
def test_arrays_that_replicas_cannot_share_are_refused(
    monkeypatch, num_images, batch_size
):
    monkeypatch.setattr(backend, "replicas_of", lambda model: 2)
    model, images = make_compiled("vae"), make_images(num_images)
    before = weights_of(model)
    message = f"batch_size={batch_size or 32} for {num_images} images"
    with pytest.raises(ValueError, match=message):
        model.fit(images, batch_size=batch_size)
    with pytest.raises(ValueError, match=message):
        model.evaluate(images, batch_size=batch_size)
    with pytest.raises(ValueError, match=message):
        model.fit(
            make_images(8),
            batch_size=8,
            validation_data=images,
            validation_batch_size=batch_size or 32,
        )
    for weight, old in zip(weights_of(model), before):
        np.testing.assert_array_equal(weight, old)


def test_arrays_that_replicas_can_share_are_taken(monkeypatch):
    monkeypatch.setattr(backend, "replicas_of", lambda model: 2)
    model = make_compiled("vae")
    model.fit(make_images(10), batch_size=4, verbose=0)
    model.fit(make_images(10), validation_split=0.2, batch_size=4, verbose=0)
    with pytest.raises(ValueError, match="for 3 images"):
        model.fit(make_images(11), validation_split=0.2, batch_size=4)
