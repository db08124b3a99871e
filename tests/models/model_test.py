"""What Keras users expect of every model."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend
from tests.test_case import IMAGE_SHAPE
from tests.test_case import assert_equal_state
from tests.test_case import make_autoencoder
from tests.test_case import make_compiled
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import run_model_test
from tests.test_case import scaled_decoder
from tests.test_case import weights_of

LOG_NAMES = {
    "autoencoder": ["loss", "reconstruction_loss"],
    "vae": ["loss", "reconstruction_loss", "kl_loss"],
    "gan": [
        "loss",
        "generator_loss",
        "discriminator_loss",
        "discriminator_accuracy",
        "real_score",
        "fake_score",
    ],
}
NAMES = sorted(LOG_NAMES)
is_torch = keras.config.backend() == "torch"


@pytest.mark.xla
@pytest.mark.parametrize("name", NAMES)
def test_trains_saves_loads_and_goes_on(name, tmp_path):
    run_model_test(
        make_compiled(name), make_images(), LOG_NAMES[name], tmp_path
    )


@pytest.mark.xla
def test_a_learned_scale_trains_saves_loads_and_goes_on(tmp_path):
    model = make_vae(decoder=scaled_decoder())
    model.compile(loss="discretized_logistic_nll")
    run_model_test(model, make_images(), LOG_NAMES["vae"], tmp_path)


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return (make_images()[8 * index : 8 * index + 8],)


def tf_dataset():
    tf = pytest.importorskip("tensorflow")
    images = make_images()
    labels = np.zeros(len(images))
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(8)


def tf_dataset_of_unknown_length():
    return tf_dataset().filter(lambda images, labels: True)


def torch_loader():
    torch = pytest.importorskip("torch")
    images = torch.as_tensor(make_images())
    dataset = torch.utils.data.TensorDataset(images, torch.zeros(len(images)))
    return torch.utils.data.DataLoader(dataset, batch_size=8)


def generator():
    while True:
        yield from ((make_images()[i : i + 8],) for i in (0, 8, 16))


INPUTS = {
    "numpy": lambda: dict(x=make_images()),
    "numpy with labels": lambda: dict(x=make_images(), y=np.zeros(20)),
    "float64": lambda: dict(x=make_images().astype("float64")),
    "tf.data": lambda: dict(x=tf_dataset()),
    "unknown length": lambda: dict(x=tf_dataset_of_unknown_length()),
    "PyDataset": lambda: dict(x=Batches()),
    "DataLoader": lambda: dict(x=torch_loader()),
    "generator": lambda: dict(x=generator(), steps_per_epoch=3),
}


@functools.cache
def fit_in_order(name, kind):
    keras.utils.set_random_seed(1)
    model, data = make_compiled(name), INPUTS[kind]()
    if isinstance(data["x"], np.ndarray):
        data["batch_size"] = 8
    history = model.fit(**data, epochs=2, shuffle=False, verbose=0).history
    return history, weights_of(model)


@pytest.mark.parametrize("kind", sorted(INPUTS.keys() - {"numpy"}))
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_data_gives_the_same_run(name, kind):
    """Twenty images in batches of 8, 8 and 4, in order."""

    history, weights = fit_in_order(name, kind)
    expected_history, expected_weights = fit_in_order(name, "numpy")
    for key, values in expected_history.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-6)
    for a, b in zip(weights, expected_weights):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_by_itself(name):
    model = make_compiled(name)
    for step in (model.train_on_batch, model.test_on_batch):
        logs = step(make_images(8), return_dict=True)
        assert set(logs) == set(LOG_NAMES[name])


@pytest.mark.parametrize("name", NAMES)
def test_evaluate_takes_what_fit_takes(name):
    model = make_compiled(name)
    for kind in ("numpy", "numpy with labels", "tf.data", "DataLoader"):
        logs = model.evaluate(**INPUTS[kind](), verbose=0, return_dict=True)
        assert set(logs) == set(LOG_NAMES[name])


def test_evaluate_takes_nothing_from_a_generator_in_use(monkeypatch):
    """`fit` calls `evaluate` each epoch with one generator."""
    monkeypatch.setattr(keras.Model, "evaluate", lambda self, x: next(x))
    model = make_compiled("autoencoder")
    monkeypatch.setattr(model, "_is_fitting", True)
    batches = (batch for batch in range(3))
    assert [model.evaluate(batches) for _ in range(3)] == [0, 1, 2]


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
@pytest.mark.parametrize("name", NAMES)
def test_every_way_to_execute_gives_the_same_run(monkeypatch, name, execution):
    # XLA on TensorFlow draws other numbers from the same seed.
    monkeypatch.setattr(
        backend, "random_normal", lambda shape, seed: 0.3 * ops.ones(shape)
    )

    def fit(**execution):
        keras.utils.set_random_seed(1)
        make = {"autoencoder": make_autoencoder, "vae": make_vae}
        model = make.get(name, make_gan)()
        model.compile(**execution)
        model.fit(make_images(16), batch_size=8, shuffle=False, verbose=0)
        return weights_of(model)

    for a, b in zip(fit(**execution), fit()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_logs_are_means_weighted_by_batch_size(name):
    """The loss of an autoencoder on 8 + 8 + 4 images is that on 20."""
    model = make_compiled(name)
    if name == "autoencoder":
        logs = [
            model.evaluate(make_images(), batch_size=b, verbose=0)[0]
            for b in (8, 20)
        ]
        np.testing.assert_allclose(logs[0], logs[1], rtol=1e-5)
    model.reset_metrics()
    model._log_means.update({k: 1.0 for k in LOG_NAMES[name]}, 3)
    model._log_means.update({k: 5.0 for k in LOG_NAMES[name]}, 1)
    logs = model.get_metrics_result()
    assert {k: float(v) for k, v in logs.items()} == {
        k: 2.0 for k in LOG_NAMES[name]
    }


@pytest.mark.parametrize("name", NAMES)
def test_uncompiled_model_saves_and_loads(name, tmp_path):
    make = {"autoencoder": make_autoencoder, "vae": make_vae, "gan": make_gan}
    model = make[name]()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert not loaded.compiled
    for a, b in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_weights_file_round_trip(name, tmp_path):
    model, other = make_compiled(name), make_compiled(name)
    model.fit(make_images(), verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    assert_equal_state(model, other)


@pytest.mark.parametrize("name", NAMES)
def test_loaded_model_goes_on_as_the_saved_one(name, tmp_path):
    """Draws the noise and the dropout that the saved one would have drawn."""

    def fit(model):
        model.fit(
            make_images(), epochs=1, batch_size=8, shuffle=False, verbose=0
        )

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


def make_with_dropout(name):
    inputs = keras.Input(IMAGE_SHAPE)
    dropped = keras.layers.Dropout(0.5, seed=1)(inputs)
    if name == "gan":
        gan = make_gan()
        discriminator = keras.Model(inputs, gan.discriminator(dropped))
        return type(gan)(gan.generator, discriminator, gan.latent_dim, seed=1)
    model = make_vae() if name == "vae" else make_autoencoder()
    return type(model)(
        keras.Model(inputs, model.encoder(dropped)), model.decoder
    )


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


@pytest.mark.parametrize("name", NAMES)
def test_can_be_compiled_again(name):
    model = make_compiled(name)
    model.fit(make_images(), verbose=0)
    model.compile()
    model.fit(make_images(), verbose=0)
    assert int(model.optimizer.iterations) == 1


@pytest.mark.parametrize("name", NAMES)
def test_fit_before_compile(name):
    make = {"autoencoder": make_autoencoder, "vae": make_vae, "gan": make_gan}
    with pytest.raises(ValueError, match="compile"):
        make[name]().fit(make_images(), verbose=0)


def bad_generator(images):
    yield (images,)


@pytest.mark.parametrize(
    "images, message",
    [
        (make_images().astype("uint8"), "must be float.*uint8"),
        (make_images()[..., 0], r"shape \(4, 4, 1\).*shape=\(4, 4\)"),
        (make_images()[:, :2], r"shape \(4, 4, 1\).*shape=\(2, 4, 1\)"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_bad_images_are_refused_and_nothing_is_lost(name, images, message):
    model = make_compiled(name)
    before = weights_of(model)
    for x in (images, bad_generator(images)):
        with pytest.raises(ValueError, match=message):
            model.fit(x, verbose=0)
    with pytest.raises(ValueError, match=message):
        model.fit(make_images(), validation_data=(images,), verbose=0)
    with pytest.raises(ValueError, match=message):
        model.evaluate(images, verbose=0)
    for a, b in zip(before, weights_of(model)):
        np.testing.assert_array_equal(a, b)
    model.fit(make_images(), verbose=0)


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_refused_and_nothing_is_lost(name):
    model = make_compiled(name)
    images, labels = make_images(), np.zeros(20, "int32")
    for weights in ({"sample_weight": np.ones(20)}, {"class_weight": {0: 1.0}}):
        with pytest.raises(ValueError, match="weighs all samples.*Received"):
            model.fit(images, labels, **weights, verbose=0)
    with pytest.raises(ValueError, match="weighs all samples.*Received"):
        model.train_on_batch(images, labels, sample_weight=np.ones(20))
    model.fit(images, verbose=0)


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_generate(name):
    model = make_compiled(name)
    images = model.generate(5, seed=3)
    assert images.shape == (5, *IMAGE_SHAPE)
    assert images.dtype == "float32"
    np.testing.assert_array_equal(images, model.generate(5, seed=3))
    np.testing.assert_allclose(images, model.generate(9, seed=3)[:5], rtol=1e-5)
    assert (images != model.generate(5, seed=4)).any()
    assert (model.generate(5) != model.generate(5)).any()
    for num_images in (0, -1, 2.5):
        with pytest.raises(ValueError, match="num_images.*Received"):
            model.generate(num_images)


@pytest.mark.parametrize("name", ["vae", "gan"])
def test_generating_leaves_the_training_noise_alone(name):
    def fit(generate):
        keras.utils.set_random_seed(1)
        model = make_compiled(name)
        callback = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: generate(model)
        )
        model.fit(make_images(), epochs=2, verbose=0, callbacks=[callback])
        return weights_of(model)

    for a, b in zip(
        fit(lambda model: model.generate(4, seed=1)), fit(lambda model: None)
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
