import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import networks
from keras_generative.datasets import ShuffledBatches
from keras_generative.metrics import PSNR
from keras_generative.models import ImageTranslation
from tests.test_case import IMAGE_SHAPE
from tests.test_case import MODELS
from tests.test_case import dense_network
from tests.test_case import judge_of_pairs
from tests.test_case import make_compiled
from tests.test_case import make_image_translation
from tests.test_case import make_images
from tests.test_case import run_model_test
from tests.training.data_checks_test import KINDS

SOURCE, TARGET = (8, 8, 1), (4, 4, 3)


def uniform(*shape):
    values = np.random.default_rng(len(shape)).uniform(-1, 1, shape)
    return values.astype("float32")


def shrinking_generator():
    """From 8x8 pixels of one channel to 4x4 of three, random in training."""
    images = keras.Input(SOURCE)
    x = layers.Conv2D(4, 3, strides=2, padding="same")(images)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5, seed=3)(x)
    return keras.Model(images, layers.Conv2D(3, 1, activation="tanh")(x))


def judge_of_both(source=SOURCE, target=TARGET):
    inputs = [keras.Input(source), keras.Input(target)]
    x = layers.Concatenate()([layers.Flatten()(x) for x in inputs])
    return keras.Model(inputs, layers.Dense(1)(x))


def patches():
    images = keras.Input(TARGET)
    return keras.Model(images, layers.Conv2D(1, 2, strides=2)(images))


def make(discriminator):
    return ImageTranslation(shrinking_generator(), discriminator, seed=1)


def test_trains_saves_loads_and_goes_on(tmp_path):
    case = MODELS["image_translation"]
    model = make_compiled("image_translation")
    x, y = case.data(20)
    run_model_test(model, x, case.log_names, tmp_path, y)


@pytest.mark.parametrize("judge", [judge_of_both, patches])
def test_other_sizes_and_channels(judge, tmp_path):
    model = make(judge())
    model.compile(
        loss="relativistic",
        penalties=["gradient_penalty", "r1_penalty", "r2_penalty"],
        reconstruction_loss=keras.losses.LogCosh(),
        reconstruction_weight=3.0,
        metrics=[PSNR(value_range=(-1, 1)), "mean_squared_error"],
    )
    x, y = uniform(16, *SOURCE), uniform(16, *TARGET)
    logs = model.fit(x, y, batch_size=8, verbose=0).history
    assert {"psnr", "mean_squared_error", "r2_penalty"} <= set(logs)
    assert np.isfinite(list(logs.values())).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    expected = model.evaluate(x, y, verbose=0, return_dict=True)
    for name, value in loaded.evaluate(
        x, y, verbose=0, return_dict=True
    ).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-4)
    made = loaded.translate(x)
    assert made.shape == (16, *TARGET)
    mse = np.mean((made - y) ** 2)
    np.testing.assert_allclose(expected["mean_squared_error"], mse, rtol=1e-4)


def test_losses():
    """The objectives of the paper, by numpy."""
    model = make_image_translation()
    model.compile(loss="hinge", reconstruction_weight=10.0)
    x, y = MODELS["image_translation"].data(8)
    made = model.translate(x)
    real_scores, fake_scores = (
        ops.convert_to_numpy(model.discriminator([x, target]))
        for target in (y, made)
    )
    judges = np.maximum(0, 1 - real_scores) + np.maximum(0, 1 + fake_scores)
    distance = np.abs(y - made).mean()
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    expected = {
        "discriminator_loss": judges.mean(),
        "reconstruction_loss": distance,
        "generator_loss": 10.0 * distance - fake_scores.mean(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, atol=1e-6)


def test_a_discriminator_of_pairs_sees_the_source_first():
    def mean(inputs, index):
        means = [
            ops.mean(layers.Flatten()(x), axis=1, keepdims=True) for x in inputs
        ]
        return keras.Model(inputs, means[index] + 0.0 * means[1 - index])

    x, y = uniform(4, *SOURCE), uniform(4, *TARGET)
    for index, images in enumerate((x, y)):
        inputs = [keras.Input(SOURCE), keras.Input(TARGET)]
        model = make(mean(inputs, index))
        (scores,) = model.judge(model.discriminator, y, x)
        expected = images.reshape(4, -1).mean(axis=1, keepdims=True)
        np.testing.assert_allclose(
            ops.convert_to_numpy(scores), expected, rtol=1e-4, atol=1e-6
        )


def test_without_weight_the_generator_does_not_see_targets():
    weights = []
    for scale in (1.0, -1.0):
        keras.utils.set_random_seed(1)
        model = ImageTranslation(
            dense_network(IMAGE_SHAPE, IMAGE_SHAPE, "tanh"),
            dense_network(IMAGE_SHAPE, (1,)),
            seed=1,
        )
        still = keras.optimizers.SGD(0.0)
        model.compile("adam", still, reconstruction_weight=0.0)
        x, y = MODELS["image_translation"].data(8)
        model.fit(x, scale * y, batch_size=8, shuffle=False, verbose=0)
        weights.append([np.array(v) for v in model.generator.weights])
    for a, b in zip(*weights):
        np.testing.assert_array_equal(a, b)


def test_translate_draws_what_the_seed_says_and_nothing_else():
    model = make(patches())
    x = uniform(5, *SOURCE)
    before = [np.array(v) for v in model.variables]
    calm = model.translate(x)
    drawn = model.translate(x, seed=3)
    np.testing.assert_array_equal(drawn, model.translate(x, seed=3))
    assert (drawn != model.translate(x, seed=4)).any()
    assert (drawn != calm).any()
    np.testing.assert_array_equal(calm, model.translate(x))
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_translate_takes_a_data_set():
    model = make(patches())
    x, y = uniform(6, *SOURCE), uniform(6, *TARGET)
    batches = ShuffledBatches(x, y, batch_size=4)
    np.testing.assert_allclose(
        model.translate(batches),
        model.translate(x[[*batches.order]]),
        rtol=1e-5,
        atol=1e-6,
    )
    np.testing.assert_allclose(
        model.translate(x, batch_size=4), model.decode(x), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data(kind):
    model = make_compiled("image_translation")
    x, y = MODELS["image_translation"].data(16)
    expected = model.evaluate(x, y, batch_size=8, verbose=0)
    # Without an end, as generators are.
    logs = model.evaluate(**KINDS[kind](x, y), verbose=0, steps=2)
    np.testing.assert_allclose(logs, expected, rtol=1e-4, atol=1e-6)


def test_data_sets_of_pairs():
    model = make(judge_of_both())
    model.compile()
    x, y = uniform(6, *SOURCE), uniform(6, *TARGET)
    batches = ShuffledBatches(x, y, batch_size=3)
    model.fit(batches, epochs=2, validation_data=batches, verbose=0)
    assert int(model.optimizer.iterations) == 4


BAD_DATA = {
    "learns from two sides.*y=None": lambda x, y: (x, None),
    r"Each target must have shape \(4, 4, 1\).*\(4, 4, 3\)": lambda x, y: (
        x,
        np.repeat(y, 3, axis=-1),
    ),
    r"Each target must have shape.*\(2, 4, 1\)": lambda x, y: (x, y[:, :2]),
    r"Each target must have shape.*shape=\(\)": lambda x, y: (
        x,
        np.zeros(20, "float32"),
    ),
    r"Each sample must have shape \(4, 4, 1\).*\(4, 4, 2\)": lambda x, y: (
        np.repeat(x, 2, axis=-1),
        y,
    ),
    "one target for each sample.*19 targets for 20": lambda x, y: (x, y[1:]),
    "Targets must be one array.*a tuple of 2": lambda x, y: (x, (y, y)),
    "must be float.*uint8": lambda x, y: (x, y.astype("uint8")),
    "at least one sample.*samples of shape": lambda x, y: (x[:0], y[:0]),
    "at least one sample.*targets of shape": lambda x, y: (x, y[:0]),
}


@pytest.mark.parametrize("name", ["image_translation", "cycle_gan"])
@pytest.mark.parametrize("message", BAD_DATA)
def test_bad_data_are_refused_before_the_first_step(message, name):
    if name == "cycle_gan" and "one target" in message:
        message_for = "as many images of each domain.*UnpairedBatches.*20"
    else:
        message_for = message
    model = make_compiled(name)
    x, y = MODELS[name].data(20)
    bad = BAD_DATA[message](x, y)
    for call in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match=message_for):
            call(*bad, verbose=0)
    if bad[1] is not None:
        with pytest.raises(ValueError, match=message_for):
            model.fit(x, y, validation_data=bad, verbose=0)
    assert int(model.optimizer.iterations) == 0


def test_targets_out_of_range_are_said():
    model = make_compiled("image_translation")
    x, y = MODELS["image_translation"].data(8)
    with pytest.warns(UserWarning, match="ends in tanh.*targets of samples"):
        model.fit(x, 100 * y, verbose=0)


@pytest.mark.filterwarnings("error")
def test_sources_may_have_any_range():
    model = make_compiled("image_translation")
    x, y = MODELS["image_translation"].data(8)
    model.fit(100 * x, y, verbose=0)


BAD_NETWORKS = {
    "generator must be a `keras.Model`": lambda: (None, judge_of_pairs()),
    "must map images to images": lambda: (
        dense_network(IMAGE_SHAPE, (5,)),
        judge_of_pairs(),
    ),
    "must have one input": lambda: (judge_of_pairs(), judge_of_pairs()),
    "discriminator does not take inputs of shape": lambda: (
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE),
        dense_network((4, 4, 3), (1,)),
    ),
    r"discriminator is to score must have shape \(4, 4, 3\)": lambda: (
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE),
        judge_of_both(IMAGE_SHAPE, (4, 4, 3)),
    ),
    "one score for each sample": lambda: (
        dense_network(IMAGE_SHAPE, IMAGE_SHAPE),
        dense_network(IMAGE_SHAPE, (2,)),
    ),
}


@pytest.mark.parametrize("message", BAD_NETWORKS)
def test_networks_that_do_not_fit(message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        ImageTranslation(*BAD_NETWORKS[message]())


BAD_COMPILE = {
    "reconstruction_weight.*of at least 0": {"reconstruction_weight": -1.0},
    "must be a Keras loss": {"reconstruction_loss": None},
    "generator must end in a sigmoid": {
        "reconstruction_loss": "binary_crossentropy"
    },
    "metric needs a name of its own": {
        "metrics": [keras.metrics.Mean(name="fake_score")]
    },
}


@pytest.mark.parametrize("message", BAD_COMPILE)
def test_bad_arguments_of_compile(message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        make_image_translation().compile(**BAD_COMPILE[message])


@pytest.mark.parametrize("name", ["image_translation", "cycle_gan"])
def test_there_are_no_latents_to_generate_from(name):
    with pytest.raises(ValueError, match="translate.*Received"):
        make_compiled(name).generate(4)


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_bad_seed(seed):
    with pytest.raises(ValueError, match="`seed`.*Received"):
        make_image_translation().translate(make_images(2), seed=seed)


def test_with_the_networks_of_the_paper():
    shape = (8, 8, 1)
    model = ImageTranslation(
        networks.unet_generator(shape, 3, base_filters=2, seed=1),
        networks.patch_discriminator((8, 8, 3), shape, base_filters=2),
        seed=1,
    )
    model.compile()
    model.fit(uniform(4, *shape), uniform(4, 8, 8, 3), verbose=0)
    drawn = [model.translate(uniform(2, *shape), seed=s) for s in (1, 1, 2)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()
