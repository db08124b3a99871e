"""What is refused before training, and what evaluation leaves alone."""

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import losses
from keras_generative import priors
from keras_generative.models import GAN
from keras_generative.models import VAE
from keras_generative.models import Autoencoder
from keras_generative.optimizers import OptimizerGroup
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import make_autoencoder
from tests.test_case import make_compiled
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae
from tests.test_case import weights_of

IMAGES = make_images()
every_model = pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
Adam = keras.optimizers.Adam


def images_for(name):
    return make_images(low=-1.0) if name == "gan" else IMAGES


@every_model
def test_networks_that_are_frozen_after_compile(name):
    model, images = make_compiled(name), images_for(name)
    network = getattr(model, model.sample_network)
    network.trainable = False
    before = weights_of(model)
    for train in (model.fit, model.train_on_batch):
        with pytest.raises(ValueError, match="changed after.*Received"):
            train(images)
    for a, b in zip(weights_of(model), before, strict=True):
        np.testing.assert_array_equal(a, b)
    network.trainable = True
    network.layers[-1].trainable = network.layers[1].trainable = False
    with pytest.raises(ValueError, match="changed after"):
        model.fit(images, verbose=0)
    model.compile()  # Networks that are frozen in part are trained in part.
    kept = [np.array(v) for v in network.layers[1].weights]
    model.fit(images, verbose=0)
    for a, b in zip(network.layers[1].weights, kept, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_old_way_to_freeze_a_discriminator():
    model = make_gan()
    model.discriminator.trainable = False
    with pytest.raises(ValueError, match="discriminator has no.*by hand"):
        model.compile()
    model = make_autoencoder()
    model.trainable = False
    with pytest.raises(ValueError, match="no trainable variables"):
        model.compile()


@every_model
def test_networks_are_not_replaced(name):
    model = make_compiled(name)
    attribute = model.sample_network
    other = dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid")
    with pytest.raises(ValueError, match=f"`{attribute}`.*new model.*Received"):
        setattr(model, attribute, other)
    setattr(model, attribute, getattr(model, attribute))
    assert len(model.layers) == len(make_compiled(name).layers)


@pytest.mark.parametrize(
    "activation",
    [
        {"activation": "sigmoid"},
        {"last": layers.Activation("sigmoid")},
        {"last": ops.sigmoid},
        {"last": None},
    ],
)
def test_a_discriminator_that_gives_probabilities(activation, recwarn):
    x = keras.Input(IMAGE_SHAPE)
    scores = layers.Dense(1, activation=activation.get("activation"))(
        layers.Flatten()(x)
    )
    last = activation.get("last")
    discriminator = keras.Model(x, scores if last is None else last(scores))
    model = GAN(
        dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh"),
        discriminator,
        LATENT_DIM,
    )
    model.compile(loss="wasserstein")
    said = [w for w in recwarn if "ends in a sigmoid" in str(w.message)]
    assert len(said) == (activation != {"last": None})


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"optimizer": "adam"}, "has two"),
        ({"d_optimizer": "adam"}, "`discriminator_optimizer`"),
        ({"g_optimizer": "adam"}, "`generator_optimizer`"),
        ({"metrics": ["mae"]}, "GenerativeEvaluator"),
        ({"loss": "binary_crossentropy"}, "'non_saturating'. Received"),
        ({"loss": keras.losses.BinaryCrossentropy()}, "is 'non_saturating'"),
        ({"loss": "mse"}, "is 'least_squares'"),
        ({"loss": None}, "Unknown adversarial loss"),
        ({"loss": losses.HingeLoss}, "Unknown adversarial loss"),
        ({"penalties": {"gradient_penalty": 10}}, "must be a list"),
        ({"generator_optimizer": None}, "keras.optimizers.Optimizer"),
        ({"steps_per_execution": 0}, "positive integer"),
        ({"steps_per_execution": "2"}, "positive integer"),
        ({"jit_compile": "yes"}, "`jit_compile`"),
        ({"run_eagerly": "no"}, "`run_eagerly`"),
    ],
)
def test_bad_arguments_of_a_game(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_gan().compile(**arguments)


def test_optimizers_of_others():
    group = OptimizerGroup({"generator": Adam()})
    with pytest.raises(ValueError, match="no group.*Received: optimizer="):
        make_autoencoder().compile(group)
    with pytest.raises(ValueError, match="no group"):
        make_gan().compile(generator_optimizer=group)
    for optimizers in ({}, [Adam()]):
        with pytest.raises(ValueError, match="`optimizers`.*Received"):
            OptimizerGroup(optimizers)
    with pytest.raises(ValueError, match="Make a new one"):
        make_gan().compile(*([Adam()] * 2))


@pytest.mark.parametrize("owner", ["a model here", "a Keras model", "by hand"])
def test_an_optimizer_of_another_model(owner):
    optimizer = Adam()
    if owner == "a model here":
        make_autoencoder().compile(optimizer)
    elif owner == "a Keras model":
        other = dense_network((2,), (1,))
        other.compile(optimizer, "mse")
        other.fit(np.zeros((2, 2)), np.zeros((2, 1)), verbose=0)
    else:
        optimizer.build(make_autoencoder().trainable_variables)
    with pytest.raises(ValueError, match="for each model.*Received"):
        make_autoencoder().compile(optimizer)
    model = make_autoencoder()
    model.compile("adam")
    model.compile(model.optimizer)  # its own may be used again


def distance(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=(1, 2, 3))


def test_metrics_of_reconstructions(tmp_path):
    model = make_vae()
    rmse = keras.metrics.RootMeanSquaredError(name="rmse")
    model.compile(metrics=["mae", rmse, distance])
    model.fit(IMAGES, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(
        tmp_path / "model.keras", custom_objects={"distance": distance}
    )
    monitored = loaded.fit(
        IMAGES, validation_data=IMAGES, batch_size=8, verbose=0
    ).history
    for name in ("mean_absolute_error", "rmse", "distance"):
        assert {name, f"val_{name}"} <= set(monitored)
    model = make_autoencoder()
    model.compile(metrics=["mae", distance])
    logs = model.evaluate(IMAGES, batch_size=8, verbose=0, return_dict=True)
    error = np.abs(model.reconstruct(IMAGES) - IMAGES).mean()
    for name in ("mean_absolute_error", "distance"):
        np.testing.assert_allclose(logs[name], error, rtol=1e-5)


@pytest.mark.parametrize(
    "metrics", ["mae", None, {"a": "mae"}, ["nope"], [3], ["mae", "mae"]]
)
def test_bad_metrics(metrics):
    with pytest.raises(ValueError):
        make_autoencoder().compile(metrics=metrics)


@pytest.mark.parametrize(
    "arguments",
    [
        {"batch_size": 0},
        {"batch_size": "8"},
        {"epochs": "2"},
        {"steps_per_epoch": 0},
        {"validation_split": 1.0},
        {"validation_split": "a"},
        {"validation_data": []},
        {"validation_data": IMAGES[:0]},
        {"validation_data": (IMAGES, np.zeros(20), np.ones(20))},
        {"callbacks": 3},
        {"callbacks": ["nope"]},
        {"x": None},
        {"x": []},
        {"x": IMAGES[:0]},
        {"x": {"img": IMAGES}},
        {"x": [IMAGES[0], IMAGES[1, :2]]},
        {"x": (IMAGES, np.zeros(20))},
        {"x": (batch for batch in ())},
        {"sample_weight": np.full(20, np.inf)},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_bad_arguments_of_fit(arguments):
    model = make_compiled("autoencoder")
    before = weights_of(model)
    with pytest.raises(ValueError, match="Received"):
        model.fit(**{"x": IMAGES, "verbose": 0, **arguments})
    for a, b in zip(weights_of(model), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_data_sets_without_a_batch_or_without_an_end():
    tf = pytest.importorskip("tensorflow")
    images = tf.data.Dataset.from_tensor_slices(IMAGES).batch(8)
    model = make_compiled("autoencoder")
    for call in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="at least one batch.*Received"):
            call(images.take(0))
        with pytest.raises(ValueError, match="infinite.*Received"):
            call(images.repeat())
    model.fit(images.repeat(), steps_per_epoch=2, verbose=0)


@every_model
def test_integers_of_numpy(name, tmp_path):
    model = {"autoencoder": make_autoencoder, "vae": make_vae}.get(name)
    if model is None:
        model = GAN(
            dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh"),
            dense_network(IMAGE_SHAPE, (1,)),
            np.int64(LATENT_DIM),
            seed=np.int64(1),
        )
    else:
        model = model()
    model.compile(steps_per_execution=np.int64(1))
    model.fit(
        images_for(name), batch_size=np.int64(8), epochs=np.int64(1), verbose=0
    )
    model.save(tmp_path / "model.keras")
    keras.models.load_model(tmp_path / "model.keras")


def test_seeds_that_are_none():
    networks = (
        dense_network((LATENT_DIM,), IMAGE_SHAPE),
        dense_network(IMAGE_SHAPE, (1,)),
    )
    for seed in ("a", 1.5, -1):
        with pytest.raises(ValueError, match="`seed`.*Received"):
            GAN(*networks, LATENT_DIM, seed=seed)
        with pytest.raises(ValueError, match="`seed`.*Received"):
            make_compiled("gan").generate(2, seed=seed)


@pytest.mark.parametrize("x", [None, 3, "abc", [], IMAGES[:0], IMAGES[0]])
def test_nothing_to_encode(x):
    with pytest.raises(ValueError, match="Received"):
        make_autoencoder().encode(x)


@pytest.mark.parametrize("z", [None, "abc", [], [[1, 2], [1]]])
def test_nothing_to_decode(z):
    with pytest.raises(ValueError, match="Received"):
        make_autoencoder().decode(z)
    with pytest.raises(ValueError, match="`batch_size`.*Received"):
        make_autoencoder().decode(np.zeros((2, LATENT_DIM)), batch_size=0)


@every_model
def test_validation_changes_nothing(name):
    def fit(**arguments):
        keras.utils.set_random_seed(1)
        model = make_compiled(name)
        model.fit(
            images_for(name), epochs=3, batch_size=8, verbose=0, **arguments
        )
        return [np.array(v) for v in model.variables]

    with_validation = fit(validation_data=images_for(name))
    for a, b in zip(fit(), with_validation, strict=True):
        np.testing.assert_array_equal(a, b)


@every_model
def test_logs_of_the_same_data_are_the_same(name):
    model, images = make_compiled(name), images_for(name)
    states = [np.array(v) for v in model.variables]
    assert model.evaluate(images, verbose=0) == model.evaluate(
        images, verbose=0
    )
    model.reset_metrics()  # Means of twice the same are exact, of thrice not.
    logs = [model.test_on_batch(images, return_dict=True) for _ in range(2)]
    model.reset_metrics()
    assert logs[0] == logs[1] == model.test_on_batch(images, return_dict=True)
    for a, b in zip(model.variables, states, strict=True):
        np.testing.assert_array_equal(a, b)


def spatial_networks(gaussian):
    x, z = keras.Input(IMAGE_SHAPE), keras.Input((2, 2, 2))
    h = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    outputs = [layers.Conv2D(2, 1)(h) for _ in range(1 + gaussian)]
    up = layers.Conv2DTranspose(1, 3, 2, padding="same", activation="sigmoid")
    return keras.Model(x, outputs if gaussian else outputs[0]), keras.Model(
        z, up(z)
    )


def test_latents_that_are_no_vectors(tmp_path):
    model = VAE(*spatial_networks(gaussian=True), seed=1)
    model.compile()
    model.fit(IMAGES, verbose=0)
    logs = model.evaluate(IMAGES, verbose=0, return_dict=True)
    mean, log_var = model.posterior(IMAGES)
    kl = 0.5 * (np.exp(log_var) + mean**2 - 1.0 - log_var)
    np.testing.assert_allclose(
        logs["kl_loss"], kl.sum(axis=(1, 2, 3)).mean(), rtol=1e-4
    )
    found = model.latent_diagnostics(IMAGES)
    np.testing.assert_allclose(
        found.kl_per_dimension, kl.mean(axis=0).ravel(), rtol=1e-4, atol=1e-6
    )
    binary = (IMAGES > 0.5).astype("float32")
    assert model.log_likelihood(binary, num_samples=3).values.shape == (20,)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        loaded.generate(3, seed=1), model.generate(3, seed=1)
    )


def test_an_autoencoder_generates_from_a_prior_alone():
    model = Autoencoder(*spatial_networks(gaussian=False))
    with pytest.raises(ValueError, match="needs a prior.*Received"):
        model.generate(3)
    prior = priors.GaussianMixture(2).fit(model.encode(IMAGES))
    assert model.generate(3, prior=prior).shape == (3, *IMAGE_SHAPE)


@pytest.mark.parametrize("shape", [(6,), (5, 2)])
def test_games_of_samples_that_are_no_images(shape):
    model = GAN(
        dense_network((LATENT_DIM,), shape, "tanh"),
        dense_network(shape, (1,)),
        LATENT_DIM,
    )
    penalties = ["gradient_penalty", "r1_penalty", "r2_penalty"]
    model.compile(penalties=[*penalties, "dragan_penalty"])
    samples = np.random.default_rng(0).uniform(-1, 1, (20, *shape))
    logs = model.fit(samples, validation_data=samples, verbose=0).history
    assert np.isfinite([logs[f"val_{name}"] for name in penalties]).all()
    assert model.generate(2).shape == (2, *shape)


@every_model
def test_export(name, tmp_path):
    model = make_compiled(name)
    for network in ("nope", 3, "seed"):
        with pytest.raises(ValueError, match="`network`.*Received"):
            model.export(tmp_path / "network", network=network)
    if keras.config.backend() == "torch":
        # An older Keras says what it would need.
        message = "backend 'torch'.*Received|requires the torch_xla module"
        with pytest.raises((RuntimeError, ImportError), match=message):
            model.export(tmp_path / "network", verbose=False)
        return
    tf = pytest.importorskip("tensorflow")
    model.export(tmp_path / "network", verbose=False)
    z = np.ones((2, LATENT_DIM), "float32")
    loaded = tf.saved_model.load(str(tmp_path / "network"))
    np.testing.assert_allclose(loaded.serve(z), model.decode(z), atol=1e-5)


def test_double_precision(tmp_path):
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        for name in ("autoencoder", "vae", "gan"):
            model = make_compiled(name)
            model.fit(images_for(name).astype("float64"), verbose=0)
            model.save(tmp_path / f"{name}.keras")
            loaded = keras.models.load_model(tmp_path / f"{name}.keras")
            for a, b in zip(model.weights, loaded.weights, strict=True):
                np.testing.assert_array_equal(a, b)
            loaded.fit(images_for(name), verbose=0)
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


def test_none_is_no_metric():
    with pytest.raises(ValueError, match="`metrics`.*Received: None among"):
        make_autoencoder().compile(metrics=[None])


@pytest.mark.parametrize("name", ["vae", "gan"])
@pytest.mark.parametrize("file", ["model.h5", "model.hdf5"])
def test_files_that_could_not_be_loaded(name, file, tmp_path):
    model = make_compiled(name)
    with pytest.raises(ValueError, match="ends in `.keras`"):
        model.save(tmp_path / file)
    assert not list(tmp_path.iterdir())


def test_checkpoints_that_could_not_be_loaded(tmp_path):
    model = make_compiled("vae")
    before = weights_of(model)
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "model.h5")
    with pytest.raises(ValueError, match="ends in `.keras`"):
        model.fit(make_images(4), callbacks=[checkpoint], verbose=0)
    np.testing.assert_array_equal(weights_of(model)[0], before[0])


@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5"])
def test_checkpoints_that_can_be_loaded(file, tmp_path):
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / file, save_weights_only=file.endswith("h5")
    )
    model = make_compiled("vae")
    model.fit(make_images(4), callbacks=[checkpoint], verbose=0)
    assert [path.name for path in tmp_path.iterdir()] == [file]
