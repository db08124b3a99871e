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


def fit(model, logger, writer):
    """Fits, and returns the last pictures and the number of all."""
    model.compile("sgd", loss="mean_squared_error")
    model.fit(
        IMAGES, IMAGES, batch_size=3, epochs=2, verbose=0, callbacks=[logger]
    )
    last = {name: image for name, step, image in writer.images if step == 2}
    return last, len(writer.images)


def test_reconstruction_logger():
    writer, model = MemoryWriter(), StubAutoencoder()
    logger = ReconstructionLogger(IMAGES, value_range=(-1, 1), writers=[writer])
    pictures, count = fit(model, logger, writer)
    expected = reconstruction_grid(IMAGES, model.reconstruct(IMAGES), (-1, 1))
    assert list(pictures) == ["reconstructions"] and count == 2
    np.testing.assert_array_equal(pictures["reconstructions"], expected)


def test_sample_grid_logger():
    writer, model = MemoryWriter(), StubVAE()
    logger = SampleGridLogger(5, seed=3, writers=[writer])
    pictures, count = fit(model, logger, writer)
    expected = image_grid(model.generate(5, seed=3), value_range=(-1, 1))
    assert list(pictures) == ["samples"] and count == 2
    np.testing.assert_array_equal(pictures["samples"], expected)


class TestLatentPlotLogger:
    def test_model_with_a_prior(self):
        writer, model = MemoryWriter(), StubVAE()
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
            image_grid(model.decode(latent_manifold_points(3)), columns=3),
        )

    @pytest.mark.parametrize(
        "model_class, latent_dim, manifold_rows",
        [(StubAutoencoder, 2, 20), (StubVAE, 3, 20), (StubVAE, 2, 0)],
    )
    def test_no_manifold(self, model_class, latent_dim, manifold_rows):
        logger = LatentPlotLogger(IMAGES, manifold_rows=manifold_rows)
        pictures = logger.draw(model_class(latent_dim))
        assert list(pictures) == ["latent_space"]


def test_wrong_arguments():
    for logger in (ReconstructionLogger, LatentPlotLogger):
        with pytest.raises(ValueError, match="Received: images of shape="):
            logger(IMAGES[0])
        with pytest.raises(ValueError, match="Received: value_range="):
            logger(IMAGES, value_range=(0, 0))
    with pytest.raises(ValueError, match="Received: labels of shape="):
        LatentPlotLogger(IMAGES, LABELS[:2])
    with pytest.raises(ValueError, match="Received: manifold_rows=-1"):
        LatentPlotLogger(IMAGES, manifold_rows=-1)
    with pytest.raises(ValueError, match="Received: num_images=0"):
        SampleGridLogger(num_images=0)
    for seed in (None, -1, 0.5):
        with pytest.raises(ValueError, match="Received: seed="):
            SampleGridLogger(seed=seed)
    with pytest.raises(ValueError, match="Only one of the arguments"):
        SampleGridLogger(every_n_epochs=1, every_n_steps=1)
