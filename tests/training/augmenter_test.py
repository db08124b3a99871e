"""A GAN whose discriminator sees images through a layer."""

import functools

import keras
import numpy as np
import pytest
from keras import layers
from keras import ops

from keras_generative import backend
from keras_generative import losses
from keras_generative.layers import DiffColor
from keras_generative.layers import DiffCutout
from keras_generative.layers import DiffTranslation
from keras_generative.layers import diff_augment
from keras_generative.models import GAN
from keras_generative.training.augmenter import augment
from keras_generative.training.augmenter import check_augmenter
from tests.test_case import GAN_LOGS
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import run_model_test
from tests.test_case import weights_of

SHAPE = (8, 8, 3)
name_of_backend = keras.config.backend()


def linear_gan(augmenter):
    """A game of one pixel: fakes are 2z, the score is half of what D sees."""
    generator = keras.Sequential(
        [
            keras.Input((1,)),
            layers.Dense(1, use_bias=False),
            layers.Reshape((1, 1, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((1, 1, 1)),
            layers.Flatten(),
            layers.Dense(1, use_bias=False),
        ]
    )
    generator.set_weights([np.array([[2.0]])])
    discriminator.set_weights([np.array([[0.5]])])
    return GAN(generator, discriminator, 1, seed=1, augmenter=augmenter)


def test_trains_saves_loads_and_goes_on(tmp_path):
    model = make_gan(diff_augment(seed=2))
    model.compile(penalties=[losses.GradientPenalty()])
    run_model_test(
        model,
        make_images(low=-1.0),
        [*GAN_LOGS, "gradient_penalty"],
        tmp_path,
    )
    # Its own and those of the three layers, all saved.
    assert len(model._seed_states()) == 4


def test_one_step_by_hand():
    """D sees 10x; the gradient reaches G through the factor of 10."""
    model = linear_gan(layers.Rescaling(10.0))
    sgd = keras.optimizers.SGD
    model.compile(sgd(0.01), sgd(0.01), loss="wasserstein")

    def make(batch, training):
        z = ops.reshape(ops.convert_to_tensor([1.0, 2.0, 3.0, 6.0]), (4, 1))
        return (model.generator(z),)

    model.make = make
    real = np.full((4, 1, 1, 1), 3.0, "float32")
    logs = model.train_on_batch(real, return_dict=True)
    np.testing.assert_allclose(logs["real_score"], 0.5 * 30.0, rtol=1e-6)
    np.testing.assert_allclose(logs["fake_score"], 0.5 * 60.0, rtol=1e-6)
    # Mean z is 3, fakes are 2z. d/dw mean(10wx) over fakes less reals.
    w = 0.5 - 0.01 * 10.0 * (6.0 - 3.0)
    np.testing.assert_allclose(
        model.discriminator.get_weights()[0], [[w]], rtol=1e-5
    )
    # d/dg -mean(10wgz) = -30w.
    np.testing.assert_allclose(
        model.generator.get_weights()[0], [[2.0 + 0.01 * 30.0 * w]], rtol=1e-5
    )


def test_penalties_are_on_what_the_discriminator_sees():
    """R1 of D(y) = 3 y**2 at y = 10x is that of a gradient 6y."""
    y = keras.Input((1, 1, 1))
    square = layers.Flatten()(layers.Multiply()([y, y]))
    discriminator = keras.Model(y, layers.Dense(1, use_bias=False)(square))
    discriminator.set_weights([np.array([[3.0]])])
    model = GAN(
        linear_gan(None).generator,
        discriminator,
        latent_dim=1,
        augmenter=layers.Rescaling(10.0),
    )
    still = keras.optimizers.SGD
    model.compile(still(0.0), still(0.0), penalties=["r1_penalty"])
    x = np.array([1.0, -2.0, 3.0, 0.5], "float32").reshape(4, 1, 1, 1)
    logs = model.train_on_batch(x, return_dict=True)
    np.testing.assert_allclose(
        logs["r1_penalty"], 0.5 * np.mean((60.0 * x) ** 2), rtol=1e-5
    )


def test_evaluation_looks_at_images_as_they_are():
    logs = []
    for augmenter in (layers.Rescaling(10.0), None):
        keras.utils.set_random_seed(1)
        model = make_gan(augmenter)
        model.compile(penalties=["r1_penalty"])
        logs.append(model.evaluate(make_images(), verbose=0, return_dict=True))
    assert logs[0] == logs[1]


@functools.cache
def fit_with_given_noise(**execution):
    with pytest.MonkeyPatch.context() as monkeypatch:
        # XLA on TensorFlow draws other numbers from the same seed.
        for name in ("random_normal", "random_uniform"):
            monkeypatch.setattr(
                backend, name, lambda shape, seed: 0.3 * ops.ones(shape)
            )
        keras.utils.set_random_seed(1)
        model = make_gan(diff_augment())
        model.compile(penalties=["r1_penalty"], **execution)
        model.fit(make_images(16), batch_size=8, shuffle=False, verbose=0)
        return weights_of(model)


@pytest.mark.skipif(
    name_of_backend == "torch", reason="Neither runs there, see model_test.py."
)
@pytest.mark.parametrize(
    "execution", [{"jit_compile": True}, {"steps_per_execution": 2}], ids=str
)
def test_every_way_to_execute_gives_the_same_run(execution):
    for a, b in zip(fit_with_given_noise(**execution), fit_with_given_noise()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = make_gan(diff_augment(seed=1))
        model.compile()
    finally:
        keras.config.set_dtype_policy("float32")
    assert model.augmenter.layers[0].compute_dtype == "float16"
    # Penalties get full precision, also of fakes that are made in half.
    for dtype in ("float16", "float32"):
        images = ops.convert_to_tensor(make_images(), dtype)
        seen = augment(model.augmenter, images, training=True)
        assert keras.backend.standardize_dtype(seen.dtype) == "float32"
    before = weights_of(model)
    history = model.fit(make_images(8), epochs=4, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    for weight, old in zip(weights_of(model), before):
        assert (weight != old).any()


class Choice(layers.Layer):
    """Has several layers and uses the first."""

    def __init__(self, choices, **kwargs):
        super().__init__(**kwargs)
        self.layers = choices
        self.built = True

    def call(self, images):
        return self.layers[0](images)


class Numpy(layers.Layer):
    """Leaves the framework."""

    def call(self, images):
        return ops.convert_to_tensor(2.0 * ops.convert_to_numpy(images))


class Pair(layers.Layer):
    def call(self, images):
        return images, images


def posterization():
    return layers.RandomPosterization(4, value_range=(0, 1), name="culprit")


def graph(*parts):
    images = x = keras.Input(SHAPE)
    for part in parts:
        x = part(x)
    return keras.Model(images, layers.Add()([x, x]), name="culprit")


BAD = {
    "rounding": lambda: layers.Lambda(ops.round, name="culprit"),
    "constant": lambda: layers.Lambda(ops.zeros_like, name="culprit"),
    "posterization": posterization,
    "out of range": lambda: layers.RandomPosterization(4, name="culprit"),
    "in line": lambda: keras.Sequential(
        [layers.RandomFlip(), posterization(), DiffCutout()]
    ),
    "in a line in line": lambda: keras.Sequential(
        [DiffColor(), keras.Sequential([DiffCutout(), posterization()])]
    ),
    "in Keras' own line": lambda: layers.Pipeline(
        [layers.RandomFlip(), posterization()]
    ),
    "not chosen": lambda: Choice([layers.RandomFlip(), posterization()]),
    "in a graph": lambda: graph(layers.Lambda(ops.round)),
    "smaller": lambda: layers.CenterCrop(6, 8, name="culprit"),
    "smaller in line": lambda: keras.Sequential(
        [layers.RandomFlip(), layers.Resizing(4, 4, name="culprit")]
    ),
    "two outputs": lambda: Pair(name="culprit"),
    "numpy": lambda: Numpy(name="culprit"),
}


@pytest.mark.parametrize("case", BAD)
def test_the_layer_at_fault_is_named(case):
    with pytest.raises(ValueError) as raised:
        check_augmenter(BAD[case](), SHAPE)
    message = str(raised.value)
    assert "layer `culprit` of type" in message
    assert f"backend {name_of_backend!r}" in message
    assert "Use `DiffColor`" in message
    assert "Received: augmenter=" in message


def test_the_fault_is_told():
    for case, fault in {
        "rounding": "`Lambda` has no gradient with respect to the images",
        "smaller": r"turns images of \(8, 8, 3\) into \[\(6, 8, 3\)\]",
        "two outputs": r"into \[\(8, 8, 3\), \(8, 8, 3\)\]",
    }.items():
        with pytest.raises(ValueError, match=fault):
            check_augmenter(BAD[case](), SHAPE)


def test_a_gan_refuses_it_before_training():
    with pytest.raises(ValueError, match="layer `culprit`"):
        make_gan(posterization())
    for augmenter in ("diff_augment", ops.flip, [DiffCutout()]):
        with pytest.raises(ValueError, match="must be a Keras layer.*Received"):
            make_gan(augmenter)


GOOD = {
    "all of ours": lambda: diff_augment(),
    "emptied images": lambda: DiffTranslation(1.0),
    "of Keras": lambda: keras.Sequential(
        [layers.RandomFlip(), layers.RandomTranslation(0.2, 0.2), DiffCutout()]
    ),
    "in Keras' own line": lambda: layers.Pipeline(
        [layers.RandomFlip(), layers.GaussianNoise(0.1)]
    ),
    "there and back": lambda: keras.Sequential(
        [layers.Resizing(4, 4), layers.Resizing(*SHAPE[:2])]
    ),
    "a graph": lambda: graph(layers.RandomFlip()),
    "with weights": lambda: layers.BatchNormalization(),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_one_is_built_and_else_left_alone(case):
    augmenter = GOOD[case]()
    # Built as the check builds it, which makes the weights.
    augmenter(keras.KerasTensor((None, *SHAPE)))
    before = [ops.convert_to_numpy(v) for v in augmenter.variables]
    check_augmenter(augmenter, SHAPE)
    assert augmenter.built
    for variable, value in zip(augmenter.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


COLOURS = {"value_range": (0, 1)}
EVERYWHERE = ("tensorflow", "jax", "torch")
# The table of `docs/guides/augmentation.md`: the backends that take each.
OF_KERAS = {
    "RandomFlip": (lambda: layers.RandomFlip(), EVERYWHERE),
    "RandomTranslation": (
        lambda: layers.RandomTranslation(0.1, 0.1),
        EVERYWHERE,
    ),
    "RandomRotation": (lambda: layers.RandomRotation(0.1), EVERYWHERE),
    "RandomZoom": (lambda: layers.RandomZoom(0.1), EVERYWHERE),
    "RandomShear": (lambda: layers.RandomShear(0.1), EVERYWHERE),
    "RandomPerspective": (lambda: layers.RandomPerspective(), EVERYWHERE),
    "RandomErasing": (lambda: layers.RandomErasing(**COLOURS), EVERYWHERE),
    "RandomGaussianBlur": (
        lambda: layers.RandomGaussianBlur(**COLOURS),
        EVERYWHERE,
    ),
    "RandomContrast": (
        lambda: layers.RandomContrast(0.2, **COLOURS),
        EVERYWHERE,
    ),
    "RandomSharpness": (
        lambda: layers.RandomSharpness(0.2, **COLOURS),
        EVERYWHERE,
    ),
    "RandomColorDegeneration": (
        lambda: layers.RandomColorDegeneration(0.2, **COLOURS),
        EVERYWHERE,
    ),
    "RandomGrayscale": (lambda: layers.RandomGrayscale(), EVERYWHERE),
    "RandomInvert": (lambda: layers.RandomInvert(**COLOURS), EVERYWHERE),
    "RandomBrightness": (
        lambda: layers.RandomBrightness(0.2, **COLOURS),
        ("tensorflow", "jax"),
    ),
    "RandomElasticTransform": (
        lambda: layers.RandomElasticTransform(**COLOURS),
        ("tensorflow", "torch"),
    ),
    "RandomSaturation": (
        lambda: layers.RandomSaturation(0.2, **COLOURS),
        ("jax", "torch"),
    ),
    "RandomHue": (
        lambda: layers.RandomHue(0.2, **COLOURS),
        ("jax", "torch"),
    ),
    "RandomColorJitter": (
        lambda: layers.RandomColorJitter(
            brightness_factor=0.2, saturation_factor=0.2, **COLOURS
        ),
        ("jax",),
    ),
    "RandomPosterization": (posterization, ()),
    "RandomCrop": (lambda: layers.RandomCrop(4, 4), ()),
}


# Where one is taken on some backends only, Keras may learn it on the others.
@pytest.mark.parametrize(
    "name",
    [
        name
        for name, (_, backends) in OF_KERAS.items()
        if name_of_backend in backends or not backends
    ],
)
def test_layers_of_keras(name):
    make, backends = OF_KERAS[name]
    if backends:
        check_augmenter(make(), SHAPE)
    else:
        with pytest.raises(ValueError, match=f"of type `{name}`"):
            check_augmenter(make(), SHAPE)


def test_none_is_no_augmenter():
    check_augmenter(None, SHAPE)


@pytest.mark.skipif(name_of_backend != "torch", reason="Is about torch alone.")
def test_loads_where_torch_takes_no_gradients(tmp_path):
    import torch

    make_gan(diff_augment()).save(tmp_path / "model.keras")
    with torch.no_grad():
        keras.models.load_model(tmp_path / "model.keras")


def test_keras_cv():
    """Its layers are TensorFlow's, and some of them without gradients."""
    keras_cv = pytest.importorskip("keras_cv")
    flip = keras_cv.layers.RandomFlip(name="flip")
    cutout = keras_cv.layers.RandomCutout(0.3, 0.3)
    if name_of_backend != "tensorflow":
        with pytest.raises(ValueError, match="`flip` of type `RandomFlip`"):
            check_augmenter(keras.Sequential([DiffColor(), flip]), SHAPE)
        return
    model = make_gan(keras.Sequential([flip, cutout, DiffColor()]))
    model.compile(penalties=["r1_penalty"])
    before = weights_of(model)
    model.fit(make_images(), validation_data=(make_images(),), verbose=0)
    for weight, old in zip(weights_of(model), before):
        assert (weight != old).any()
    poster = keras_cv.layers.Posterization((0, 1), bits=4, name="culprit")
    pipeline = keras_cv.layers.RandomAugmentationPipeline([flip, poster], 1)
    with pytest.raises(ValueError, match="`culprit` of type `Posterization`"):
        check_augmenter(pipeline, SHAPE)
