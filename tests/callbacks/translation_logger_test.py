import keras
import numpy as np
import pytest

from keras_generative.callbacks import TranslationLogger
from keras_generative.visualization import image_columns
from keras_generative.writers import MemoryWriter
from tests.test_case import MODELS
from tests.test_case import make_compiled
from tests.test_case import make_image_translation
from tests.test_case import weights_of


def fit(name, *arguments, model=None, **options):
    """What is drawn after each epoch, the data and the model."""
    writer = MemoryWriter()
    logger = TranslationLogger(*arguments, writers=[writer], **options)
    model = model or make_compiled(name)
    data = MODELS[name].data(8)
    model.fit(*data, epochs=2, batch_size=8, verbose=0, callbacks=[logger])
    pictures = {}
    for title, step, image in writer.images:
        pictures.setdefault(title, []).append((step, image))
    return pictures, model


def test_source_result_and_target():
    x, y = (images[:3] for images in MODELS["image_translation"].data(8))
    pictures, model = fit("image_translation", x, y)
    assert set(pictures) == {"translations"}
    assert [step for step, _ in pictures["translations"]] == [1, 2]
    expected = image_columns(
        [x, model.translate(x), y],
        value_range=(-1, 1),
        column_names=["source", "result", "target"],
    )
    np.testing.assert_array_equal(pictures["translations"][-1][1], expected)


def test_without_targets_and_other_names():
    x, _ = MODELS["image_translation"].data(3)
    pictures, model = fit(
        "image_translation",
        10 * x,
        value_range=(-2, 2),
        column_names=["edges", "made", "true"],
        seed=2,
    )
    expected = image_columns(
        [10 * x, model.translate(10 * x, seed=2)],
        value_range=(-2, 2),
        column_names=["edges", "made"],
    )
    np.testing.assert_array_equal(pictures["translations"][-1][1], expected)


def test_sources_of_another_range_are_drawn_in_their_own():
    x, y = MODELS["image_translation"].data(3)
    pictures, model = fit("image_translation", 10 * x, y)
    expected = image_columns(
        [10 * x, model.translate(10 * x), y],
        value_range=[(10 * x.min(), 10 * x.max()), (-1, 1), (-1, 1)],
        column_names=["source", "result", "target"],
    )
    np.testing.assert_array_equal(pictures["translations"][-1][1], expected)


def test_both_ways_and_back():
    a, b = MODELS["cycle_gan"].data(5)
    pictures, model = fit("cycle_gan", a[:2], b)
    assert set(pictures) == {"translations_ab", "translations_ba"}
    for way, images in {"ab": a[:2], "ba": b}.items():
        there = model.translate(images, way)
        expected = image_columns(
            [images, there, model.translate(there, way[::-1])],
            value_range=(-1, 1),
            column_names=["source", "result", "back"],
        )
        drawn = pictures[f"translations_{way}"][-1][1]
        np.testing.assert_array_equal(drawn, expected)
    pictures, _ = fit("cycle_gan", a)
    assert set(pictures) == {"translations_ab"}


def test_drawing_changes_nothing():
    weights = []
    for callbacks in ([], [0]):
        keras.utils.set_random_seed(1)
        x, y = MODELS["image_translation"].data(8)
        model = make_image_translation()
        model.compile()
        watched = [
            TranslationLogger(x, y, seed=3, writers=[MemoryWriter()])
            for _ in callbacks
        ]
        model.fit(x, y, epochs=2, verbose=0, callbacks=watched)
        weights.append(weights_of(model))
    for a, b in zip(*weights):
        np.testing.assert_array_equal(a, b)


X = np.zeros((2, 4, 4, 1), "float32")
BAD = {
    "`targets` must hold one image for each": lambda: (
        "image_translation",
        (X, X[:1]),
    ),
    r"must have shape \(4, 4, 1\)": lambda: (
        "image_translation",
        (np.zeros((2, 8, 8, 1), "float32"),),
    ),
    "needs a model with a method `translate`": lambda: ("gan", (X,)),
    "`sources` must be a non-empty float array": lambda: (
        "cycle_gan",
        (X.astype("uint8"),),
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_what_does_not_fit_is_refused_before_training(message):
    name, arguments = BAD[message]()
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        fit(name, *arguments)


def test_bad_names():
    with pytest.raises(ValueError, match="`column_names`.*here 3.*Received"):
        TranslationLogger(X, column_names=["a"])
