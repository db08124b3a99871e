import types
import warnings

import keras
import numpy as np
import pytest

from keras_generative.callbacks import LatentPlotLogger
from keras_generative.callbacks import ReconstructionLogger
from keras_generative.callbacks import SampleGridLogger
from keras_generative.visualization import image_grid
from keras_generative.visualization import latent_manifold_points
from keras_generative.visualization import latent_scatter
from keras_generative.visualization import reconstruction_grid
from keras_generative.writers import MemoryWriter

IMAGES = np.random.default_rng(0).random((6, 4, 4, 1), "float32")
LABELS = np.arange(6)[:, None] % 3
RANGE = (-2, 2)


class StubAutoencoder(keras.Model):
    def __init__(self, latent_dim=2):
        super().__init__()
        self.encoder = keras.Sequential(
            [
                keras.Input((4, 4, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(latent_dim),
            ]
        )
        self.decoder = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(16, activation="sigmoid"),
                keras.layers.Reshape((4, 4, 1)),
            ]
        )

    def call(self, inputs):
        return self.decoder(self.encoder(inputs))

    def encode(self, images):
        return np.asarray(self.encoder.predict_on_batch(images))

    def decode(self, z):
        return np.asarray(self.decoder.predict_on_batch(z))

    def reconstruct(self, images):
        return self.decode(self.encode(images))


class StubVAE(StubAutoencoder):
    def generate(self, num_images, seed=None):
        z = np.random.default_rng(seed).standard_normal((num_images, 2))
        return self.decode(z.astype("float32"))


class RangedVAE(StubVAE):
    value_range = RANGE


class LabelledVAE(RangedVAE):
    """Takes labels, remembers them, and makes images as bright as they are."""

    sample_shape = (4, 4, 1)

    def __init__(self, shape=(), num_classes=3):
        super().__init__()
        self.label_spec = types.SimpleNamespace(
            shape=shape, num_classes=num_classes
        )
        self.seen = []

    def encode(self, images, labels=None):
        self.seen.append(labels)
        return super().encode(images)

    def decode(self, z, labels=None):
        self.seen.append(labels)
        return super().decode(z)

    def reconstruct(self, images, labels=None):
        self.seen.append(labels)
        return images

    def generate(self, num_images, labels=None, seed=None):
        assert len(labels) == num_images
        level = np.reshape(labels, (num_images, -1))[:, :1, None, None]
        return np.ones((num_images, 4, 4, 1), "float32") * level / 4


def fit(model, logger, writer=None):
    """Fits, and returns the last pictures and the number of all."""
    model.compile("sgd", loss="mean_squared_error")
    model.fit(
        IMAGES, IMAGES, batch_size=3, epochs=2, verbose=0, callbacks=[logger]
    )
    images = writer.images if writer else ()
    last = {name: image for name, step, image in images if step == 2}
    return last, len(images)


def begin(logger, model):
    """What is said before training."""
    logger.set_model(model)
    logger.on_train_begin()


class TestReconstructionLogger:
    @pytest.mark.parametrize(
        "model_class, given, expected",
        [
            (StubAutoencoder, (-1, 1), (-1, 1)),
            (RangedVAE, (-1, 1), (-1, 1)),
            (RangedVAE, None, (-2, 2)),
            (StubAutoencoder, None, (IMAGES.min(), IMAGES.max())),
        ],
    )
    def test_picture(self, model_class, given, expected):
        writer, model = MemoryWriter(), model_class()
        logger = ReconstructionLogger(
            IMAGES, value_range=given, writers=[writer]
        )
        pictures, count = fit(model, logger, writer)
        np.testing.assert_array_equal(
            pictures["reconstructions"],
            reconstruction_grid(IMAGES, model.reconstruct(IMAGES), expected),
        )
        assert list(pictures) == ["reconstructions"] and count == 2

    def test_labels_are_passed_on(self):
        model = LabelledVAE()
        ReconstructionLogger(IMAGES, LABELS).draw(model)
        np.testing.assert_array_equal(model.seen, [LABELS[:, 0]])
        # A model that takes none is not given them.
        ReconstructionLogger(IMAGES, LABELS).draw(StubVAE())

    def test_names_of_rows(self):
        names = ["original", "reconstruction"]
        logger = ReconstructionLogger(IMAGES, LABELS, RANGE, row_names=names)
        np.testing.assert_array_equal(
            logger.draw(LabelledVAE())["reconstructions"],
            reconstruction_grid(IMAGES, IMAGES, RANGE, names),
        )
        with pytest.raises(ValueError, match="here 2. Received: row_names="):
            ReconstructionLogger(IMAGES, row_names=["original"])

    def test_nan_is_drawn_black_with_one_warning(self):
        images = np.where(IMAGES > 0.9, np.nan, IMAGES)
        logger = ReconstructionLogger(images, writers=[])
        with pytest.warns(UserWarning, match="draws NaN black") as caught:
            fit(StubVAE(), logger)
        said = [w for w in caught if "`ReconstructionLogger`" in str(w.message)]
        assert len(said) == 1
        black = np.full((1, 4, 4, 1), np.nan, "float32")
        with pytest.warns(UserWarning, match="draws NaN black"):
            picture = ReconstructionLogger(black).draw(StubVAE())
        assert (picture["reconstructions"][2:58, 2:58] == 0).all()


class TestSampleGridLogger:
    @pytest.mark.parametrize(
        "given, expected", [(None, (-2, 2)), ((0, 3), (0, 3))]
    )
    def test_picture(self, given, expected):
        writer, model = MemoryWriter(), RangedVAE()
        logger = SampleGridLogger(
            np.int64(5), seed=3, value_range=given, writers=[writer]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            pictures, count = fit(model, logger, writer)
        expected = image_grid(model.generate(5, seed=3), value_range=expected)
        assert list(pictures) == ["samples"] and count == 2
        np.testing.assert_array_equal(pictures["samples"], expected)

    def test_unknown_range_is_that_of_the_picture_and_said_once(self):
        writer, model = MemoryWriter(), StubVAE()
        logger = SampleGridLogger(5, writers=[writer])
        with pytest.warns(UserWarning, match="argument `value_range`") as said:
            pictures, _ = fit(model, logger, writer)
        assert len([w for w in said if "value_range" in str(w.message)]) == 1
        images = model.generate(5, seed=0)
        own = (images.min(), images.max())
        np.testing.assert_array_equal(
            pictures["samples"], image_grid(images, value_range=own)
        )

    def test_a_row_for_each_class(self):
        picture = SampleGridLogger(8).draw(LabelledVAE())["samples"]
        labels = np.repeat([0, 1, 2], 2)
        images = LabelledVAE().generate(6, labels)
        np.testing.assert_array_equal(picture, image_grid(images, 2, RANGE))

    @pytest.mark.parametrize("count, each", [(8, 2), (3, 1), (2, 1)])
    def test_names_of_classes(self, count, each):
        names = ["cat", "dog", "owl"]
        logger = SampleGridLogger(count, class_names=names)
        begin(logger, LabelledVAE())
        labels = np.repeat([0, 1, 2], each)[:count]
        expected = image_grid(
            LabelledVAE().generate(len(labels), labels),
            each,
            RANGE,
            names[: len(labels) // each],
        )
        picture = logger.draw(LabelledVAE())["samples"]
        np.testing.assert_array_equal(picture, expected)

    def test_more_classes_than_images(self):
        picture = SampleGridLogger(4).draw(LabelledVAE(num_classes=9))
        images = LabelledVAE().generate(4, np.arange(4))
        expected = image_grid(images, 2, RANGE)
        np.testing.assert_array_equal(picture["samples"], expected)

    def test_labels(self):
        labels = np.linspace(0, 1, 12).reshape(6, 2)
        model = LabelledVAE(shape=(2,), num_classes=None)
        logger = SampleGridLogger(labels=labels)
        begin(logger, model)
        images = model.generate(6, labels.astype("float32"))
        np.testing.assert_array_equal(
            logger.draw(model)["samples"], image_grid(images, None, RANGE)
        )

    def test_faults_are_said_before_training(self):
        class NeedsPrior(StubVAE):
            def generate(self, num_images, seed=None):
                raise ValueError("needs a prior")

        class Tabular(StubVAE):
            sample_shape = (7,)

        vectors = LabelledVAE(shape=(2,), num_classes=None)
        cases = [
            (SampleGridLogger(4), StubAutoencoder(), "a method `generate`"),
            (SampleGridLogger(4), NeedsPrior(), "needs a prior"),
            (SampleGridLogger(4), Tabular(), r"samples of shape \(7,\)"),
            (SampleGridLogger(4), vectors, "Received: labels=None"),
            (
                SampleGridLogger(labels=[0, 3]),
                LabelledVAE(),
                "integers from 0 to 2.*dtype=int64, from 0 to 3",
            ),
            (
                SampleGridLogger(labels=[0, 1]),
                StubVAE(),
                "takes them. Received",
            ),
            (
                SampleGridLogger(class_names=["a", "b"]),
                LabelledVAE(),
                "classes, here 3. Received: class_names=",
            ),
            (
                SampleGridLogger(class_names=["a", "b"]),
                StubVAE(),
                "classes, here none. Received: class_names=",
            ),
        ]
        for logger, model, match in cases:
            with pytest.raises(ValueError, match=match):
                fit(model, logger)


class TestLatentPlotLogger:
    def test_model_with_a_prior(self):
        writer, model = MemoryWriter(), RangedVAE()
        logger = LatentPlotLogger(
            IMAGES, LABELS, manifold_rows=3, writers=[writer]
        )
        pictures, count = fit(model, logger, writer)
        assert list(pictures) == ["latent_space", "latent_manifold"]
        assert count == 4
        np.testing.assert_array_equal(
            pictures["latent_space"],
            latent_scatter(model.encode(IMAGES), LABELS),
        )
        np.testing.assert_array_equal(
            pictures["latent_manifold"],
            image_grid(model.decode(latent_manifold_points(3)), 3, RANGE),
        )

    @pytest.mark.parametrize(
        "model_class, latent_dim, manifold_rows",
        [(StubAutoencoder, 2, 20), (StubVAE, 3, 20), (StubVAE, 2, 0)],
    )
    def test_no_manifold(self, model_class, latent_dim, manifold_rows):
        logger = LatentPlotLogger(IMAGES, manifold_rows=manifold_rows)
        pictures = logger.draw(model_class(latent_dim))
        assert list(pictures) == ["latent_space"]

    def test_labels_are_passed_on(self):
        model = LabelledVAE()
        LatentPlotLogger(IMAGES, LABELS, manifold_rows=2).draw(model)
        np.testing.assert_array_equal(model.seen[0], LABELS[:, 0])
        np.testing.assert_array_equal(model.seen[1], [LABELS[0, 0]] * 4)

    def test_vectors_that_the_model_takes_have_no_colour(self):
        labels = np.linspace(0, 1, 12).reshape(6, 2)
        model = LabelledVAE(shape=(2,), num_classes=None)
        logger = LatentPlotLogger(IMAGES, labels, manifold_rows=0)
        begin(logger, model)
        np.testing.assert_array_equal(
            logger.draw(model)["latent_space"],
            latent_scatter(StubVAE.encode(model, IMAGES)),
        )
        with pytest.raises(ValueError, match="no colour.*Received: labels"):
            begin(logger, StubVAE())

    def test_feature_maps(self):
        class Spatial(StubVAE):
            def encode(self, images):
                return images[:, ::2, ::2]

        (picture,) = LatentPlotLogger(IMAGES).draw(Spatial()).values()
        flat = IMAGES[:, ::2, ::2].reshape(6, 4)
        np.testing.assert_array_equal(picture, latent_scatter(flat))


def test_faults_are_said_before_training():
    other = np.zeros((6, 8, 8, 1), "float32")
    words = np.array(list("abcabc"))
    cases = [
        (ReconstructionLogger(IMAGES), keras.Sequential(), "`reconstruct`"),
        (LatentPlotLogger(IMAGES), keras.Sequential(), "`encode`"),
        (ReconstructionLogger(other), LabelledVAE(), r"shape=\(8, 8, 1\)"),
        (LatentPlotLogger(other), LabelledVAE(), r"shape=\(8, 8, 1\)"),
        (ReconstructionLogger(IMAGES), LabelledVAE(), "labels=None"),
        (LatentPlotLogger(IMAGES), LabelledVAE(), "labels=None"),
        (LatentPlotLogger(IMAGES, words), LabelledVAE(), "from 0 to 2.*U1"),
    ]
    for logger, model, match in cases:
        with pytest.raises(ValueError, match=match):
            begin(logger, model)


def test_wrong_arguments():
    for logger in (ReconstructionLogger, LatentPlotLogger):
        with pytest.raises(ValueError, match="Received: images of shape="):
            logger(IMAGES[0])
        with pytest.raises(ValueError, match="Received: value_range="):
            logger(IMAGES, value_range=(0, 0))
        with pytest.raises(ValueError, match="Received: labels of shape="):
            logger(IMAGES, LABELS[:2])
    for rows in (-1, None, [], "2"):
        with pytest.raises(ValueError, match="Received: manifold_rows="):
            LatentPlotLogger(IMAGES, manifold_rows=rows)
    for num_images in (0, "4", [], 4.0):
        with pytest.raises(ValueError, match="Received: num_images="):
            SampleGridLogger(num_images)
    for labels in ([], 3, [0, 1]):
        with pytest.raises(ValueError, match="Received: labels of shape="):
            SampleGridLogger(3, labels)
    with pytest.raises(ValueError, match="`labels` and `class_names`"):
        SampleGridLogger(labels=[0, 1], class_names=["a", "b"])
    for seed in (None, -1, 0.5, "1", []):
        with pytest.raises(ValueError, match="Received: seed="):
            SampleGridLogger(seed=seed)
    with pytest.raises(ValueError, match="Only one of the arguments"):
        SampleGridLogger(every_n_epochs=1, every_n_steps=1)
