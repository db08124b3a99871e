"""Every symptom is made to happen, and healthy runs are let alone."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

from keras_generative import backend
from keras_generative import networks
from keras_generative.callbacks import BetaWarmup
from keras_generative.callbacks import Doctor
from keras_generative.datasets import ShuffledBatches
from keras_generative.datasets import load
from keras_generative.losses import R1Penalty
from keras_generative.models import GAN
from keras_generative.models import VAE
from keras_generative.models import Autoencoder
from keras_generative.optimizers import GradientNorm
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import make_autoencoder
from tests.test_case import make_conditional_gan
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam


@pytest.fixture(autouse=True)
def ranges(monkeypatch):
    """Those of networks that end in a sigmoid, and in tanh."""
    monkeypatch.setattr(Autoencoder, "value_range", (0.0, 1.0), raising=False)
    monkeypatch.setattr(GAN, "value_range", (-1.0, 1.0), raising=False)


def examine(model, images, doctor=None, epochs=6, **kwargs):
    """What the doctor says in a run, and the logs."""
    doctor = doctor or Doctor()
    kwargs = {"batch_size": 8, "verbose": 0, "shuffle": False, **kwargs}
    callbacks = [*kwargs.pop("callbacks", ()), doctor]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        logs = model.fit(images, epochs=epochs, callbacks=callbacks, **kwargs)
    said = [str(w.message) for w in caught]
    return [s for s in said if s.startswith("`Doctor`")], logs.history


def assert_said(said, *found):
    """Each of these complaints, once, and nothing else."""
    names = [s.split("`Doctor` finds ")[1].split(". ")[0] for s in said]
    assert sorted(names) == sorted(found)


def linear(inputs, outputs):
    return keras.Sequential(
        [
            keras.Input(inputs),
            layers.Flatten(),
            layers.Dense(int(np.prod(outputs))),
            layers.Reshape(outputs),
        ]
    )


class TestNaN:
    def test_in_the_loss(self):
        images = make_images()
        images[3, 0, 0, 0] = np.nan
        model = make_autoencoder()
        model.compile("adam")
        said, logs = examine(model, images, epochs=2)
        assert_said(said, "NaN in the logs")
        assert "loss, reconstruction_loss" in said[0]
        assert logs["doctor_not_finite"] == [2, 2]

    def test_in_a_log_of_validation(self):
        images = make_images()
        model = make_autoencoder()
        model.compile("adam")
        said, logs = examine(
            model,
            images,
            epochs=3,
            validation_data=np.full_like(images, np.inf),
        )
        assert_said(said, "NaN in the logs")
        assert "val_loss" in said[0] and " loss" not in said[0]
        assert logs["doctor_not_finite"] == [2, 2, 2]

    def test_when_it_ends_the_run(self):
        images = np.full_like(make_images(), np.nan)
        model = make_gan()
        model.compile()
        nan = keras.callbacks.TerminateOnNaN()
        said, _ = examine(model, images, callbacks=[nan])
        assert_said(said, "NaN in the logs")


class TestDiscriminator:
    def test_that_has_won(self):
        model = make_gan()
        model.compile(Adam(1e-6), Adam(0.02))
        said, logs = examine(model, make_images(low=-1.0), epochs=30)
        assert_said(said, "a discriminator that has won")
        assert logs["discriminator_accuracy"][-1] == 1.0

    def test_that_ran_away(self):
        # A critic without a penalty knows no bounds.
        model = make_gan()
        model.compile(Adam(1e-6), Adam(0.3), loss="wasserstein")
        said, logs = examine(model, make_images(low=-1.0), epochs=12)
        # Images of 16 values are at most 8 apart.
        assert logs["doctor_score_gap"][-1] > 8.0
        assert "a discriminator that has won" in said[0]

    def test_that_has_lost(self):
        model = make_gan()
        model.compile(Adam(0.05), SGD(0.0))
        said, logs = examine(model, make_images(low=-1.0))
        assert "a discriminator that has lost" in said[0]
        np.testing.assert_allclose(
            logs["doctor_score_gap"],
            np.subtract(logs["real_score"], logs["fake_score"]),
        )
        assert logs["doctor_score_gap"][-1] < 0.0

    def test_that_ends_in_a_sigmoid(self):
        x = keras.Input(IMAGE_SHAPE)
        score = linear(IMAGE_SHAPE, (1,))(x)
        generator = dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh")
        for discriminator in (
            dense_network(IMAGE_SHAPE, (1,), "sigmoid"),
            keras.Model(x, keras.ops.sigmoid(score)),
            keras.Model(x, layers.Activation("sigmoid", name="last")(score)),
        ):
            model = GAN(generator, discriminator, LATENT_DIM)
            model.compile()
            said, _ = examine(model, make_images(low=-1.0), epochs=0)
            assert_said(said, "a discriminator that ends in a sigmoid")
        assert "`last`" in said[0]
        # One within it is no fault.
        model = make_gan()
        model.discriminator.layers[1].activation = keras.activations.sigmoid
        model.compile()
        said, _ = examine(model, make_images(low=-1.0), epochs=0)
        assert_said(said)


class TestGradients:
    def test_that_vanish(self):
        deep = keras.Sequential([keras.Input(IMAGE_SHAPE), layers.Flatten()])
        for _ in range(15):
            deep.add(layers.Dense(4, activation="sigmoid"))
        model = Autoencoder(deep, dense_network((4,), IMAGE_SHAPE, "sigmoid"))
        model.compile(SGD(0.01))
        said, logs = examine(model, make_images())
        assert_said(said, "vanishing gradients in the encoder")
        first = deep.layers[1].kernel.path
        assert f"`{first}`" in said[0]
        assert logs["doctor_encoder_smallest_update"][-1] < 1e-6
        assert logs["doctor_decoder_smallest_update"][-1] > 1e-6

    def test_that_explode(self):
        model = make_autoencoder()
        model.compile(Adam(10.0))
        said, logs = examine(model, make_images())
        assert any("exploding gradients in the decoder" in s for s in said)
        assert logs["doctor_decoder_largest_update"][0] > 10.0

    def test_of_a_kernel_that_begins_at_zero(self):
        model = make_autoencoder()
        kernel = next(
            v for v in model.decoder.trainable_variables if len(v.shape) > 1
        )
        kernel.assign(np.zeros(kernel.shape))
        model.compile(Adam(1e-3))
        said, logs = examine(model, make_images(), epochs=2)
        assert not said
        assert np.isfinite(logs["doctor_decoder_largest_update"]).all()

    def test_whose_norm_explodes(self):
        # Clipped as it is, the learning rate is raised too far.
        model = Autoencoder(
            linear(IMAGE_SHAPE, (LATENT_DIM,)),
            linear((LATENT_DIM,), IMAGE_SHAPE),
        )
        model.compile(GradientNorm(SGD(clipnorm=1.0)))
        rate = keras.callbacks.LearningRateScheduler(
            lambda epoch: 30.0 if epoch else 1e-6
        )
        said, logs = examine(model, make_images(), callbacks=[rate])
        assert any("an exploding gradient_norm" in s for s in said)
        norm = float(keras.ops.convert_to_numpy(model.optimizer.gradient_norm))
        assert logs["doctor_gradient_norm"][-1] == norm

    def test_learning_rate_that_ends(self):
        # Weights that stand still need not be ill.
        rate = keras.optimizers.schedules.PolynomialDecay(1e-2, 6, 0.0)
        model = make_autoencoder()
        model.compile(Adam(rate))
        said, logs = examine(model, make_images(), epochs=8)
        assert_said(said)
        assert logs["doctor_encoder_largest_update"][-1] == 0.0


class TestPosterior:
    def test_that_collapses(self):
        model = make_vae(beta=1000.0)
        model.compile(Adam(0.02))
        said, logs = examine(model, make_images(), epochs=30)
        assert_said(
            said, "posterior collapse", "a KL that dwarfs reconstruction"
        )
        assert logs["kl_loss"][-1] < 0.1
        np.testing.assert_allclose(
            logs["doctor_kl_ratio"],
            1000.0
            * np.array(logs["kl_loss"])
            / np.array(logs["reconstruction_loss"]),
            rtol=1e-5,
        )

    def test_warmup_begins_with_a_large_kl(self):
        model = make_vae()
        model.compile(Adam(0.02))
        said, logs = examine(
            model, make_images(), callbacks=[BetaWarmup(4)], epochs=4
        )
        assert_said(said)
        assert logs["doctor_kl_ratio"][0] == 0.0 < logs["kl_loss"][0]


class TestModeCollapse:
    def test_distances_of_samples(self):
        # A discriminator that never learns likes one image best.
        model = make_gan()
        model.compile(Adam(0.05), SGD(0.0))
        images = make_images(low=-1.0)
        said, logs = examine(model, images, Doctor(images), epochs=15)
        assert any("mode collapse. Samples are" in s for s in said)
        assert logs["doctor_diversity"][-1] < 0.3

    def test_classes_of_samples(self):
        # Samples differ, but in nothing that makes a class.
        class Dark(keras.layers.Layer):
            def call(self, images):
                return images - 1.0

        generator = dense_network((LATENT_DIM,), IMAGE_SHAPE, "sigmoid")
        generator.add(Dark())
        model = GAN(generator, dense_network(IMAGE_SHAPE, (1,)), LATENT_DIM)
        model.compile(SGD(0.0), Adam(1e-3))
        images = make_images(40, low=-1.0)

        def classifier(images):
            brightness = images.mean(axis=(1, 2, 3))
            return np.stack([brightness < 0.0, brightness >= 0.0], axis=1)

        doctor = Doctor(images, classifier)
        said, logs = examine(model, images, doctor)
        assert_said(said, "mode collapse")
        assert "Samples are of 1 of 2 classes" in said[0]
        assert logs["doctor_classes_covered"] == [1] * 6


class TestData:
    @pytest.mark.parametrize(
        "low, high, name, advice",
        [
            (0.0, 1.0, "data in half of the range", "`2 * x - 1`"),
            (0.0, 255.0, "data out of range", "`x / 127.5 - 1`"),
        ],
    )
    def test_against_tanh(self, low, high, name, advice):
        images = low + (high - low) * make_images()
        model = make_gan()
        model.compile(SGD(1e-6), SGD(1e-6))
        said, logs = examine(model, images, Doctor(images), epochs=1)
        assert_said(said, name)
        assert advice in said[0] and "[-1, 1]" in said[0]
        outside = np.mean(images > 1.0)
        assert logs["doctor_data_outside"] == [pytest.approx(outside)]

    @pytest.mark.parametrize(
        "low, high, advice",
        [(-1.0, 1.0, "`(x + 1) / 2`"), (0.0, 255.0, "`x / 255`")],
    )
    def test_against_sigmoid(self, low, high, advice):
        images = low + (high - low) * make_images()
        model = make_autoencoder()
        model.compile(SGD(1e-6))
        said, _ = examine(model, images, Doctor(images), epochs=0)
        assert_said(said, "data out of range")
        assert advice in said[0] and "[0, 1]" in said[0]

    def test_of_another_scale_has_no_formula(self):
        model = make_autoencoder()
        model.compile(SGD(1e-6))
        images = 6.0 * make_images() - 3.0
        said, _ = examine(model, make_images(), Doctor(images), epochs=0)
        assert_said(said, "data out of range")
        assert "to that range, or let" in said[0]

    def test_unknown_range(self, monkeypatch):
        monkeypatch.setattr(Autoencoder, "value_range", None)
        model = Autoencoder(
            linear(IMAGE_SHAPE, (LATENT_DIM,)),
            linear((LATENT_DIM,), IMAGE_SHAPE),
        )
        model.compile(SGD(1e-6))
        images = make_images()
        for data in (images, images - 5.0):
            said, logs = examine(model, images, Doctor(data), epochs=1)
            assert_said(said)
            assert logs["doctor_data_outside"] == [0.0]
        doctor = Doctor(images, value_range=(0.5, 2.0))
        said, _ = examine(model, images, doctor, epochs=0)
        assert_said(said, "data out of range")

    def test_logits(self, monkeypatch):
        monkeypatch.setattr(Autoencoder, "value_range", (-9.0, 9.0))
        model = Autoencoder(
            dense_network(IMAGE_SHAPE, (LATENT_DIM,)),
            dense_network((LATENT_DIM,), IMAGE_SHAPE),
        )
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        model.compile(SGD(1e-6), loss)
        said, _ = examine(model, make_images(), Doctor(make_images()), epochs=0)
        assert_said(said)

    def test_bytes(self):
        # `fit` refuses them, after the doctor has seen them.
        images = (255.0 * make_images()).astype("uint8")
        model = make_autoencoder()
        model.compile(SGD(1e-6))
        said, _ = examine(model, make_images(), Doctor(images), epochs=0)
        assert_said(said, "data out of range")

    def test_nan(self):
        images = make_images()
        images[0, 0, 0, 0] = np.nan
        model = make_vae()
        model.compile()
        doctor = Doctor(images)
        said, logs = examine(model, make_images(), doctor, epochs=1)
        assert_said(said, "NaN in the data")
        assert logs["doctor_data_outside"] == [pytest.approx(1 / images.size)]
        assert np.isfinite(logs["doctor_diversity"]).all()

    def test_before_the_first_step(self):
        class Stop(keras.callbacks.Callback):
            def on_train_batch_begin(self, batch, logs=None):
                raise KeyboardInterrupt

        model = make_gan()
        model.compile()
        with pytest.warns(UserWarning, match="data in half"):
            with pytest.raises(KeyboardInterrupt):
                model.fit(
                    make_images(),
                    callbacks=[Stop(), Doctor(make_images())],
                    verbose=0,
                )


def small_digits(low):
    """Digits in the middle of their frames, at half the size."""
    (images, _), _ = load("digits", (low, 1))
    return images[:128, 2:26:2, 2:26:2]


class TestHealth:
    """Nothing is said, from the first epoch on.

    `benchmarks/doctor.py` has the settings of the README in full size.
    """

    def test_autoencoder(self):
        images = small_digits(low=0)
        model = Autoencoder(
            networks.mlp_encoder(images.shape[1:], 2, (64,)),
            networks.mlp_decoder(2, images.shape[1:], (64,)),
        )
        model.compile(Adam(1e-3))
        said, _ = examine(model, images, Doctor(images))
        assert_said(said)

    def test_vae(self):
        images = small_digits(low=0)
        model = VAE(
            networks.mlp_encoder(images.shape[1:], 2, (64,), gaussian=True),
            networks.mlp_decoder(2, images.shape[1:], (64,)),
        )
        model.compile(Adam(1e-3))
        said, logs = examine(model, images, Doctor(images), epochs=10)
        assert_said(said)
        # It began where a collapse would end.
        assert logs["doctor_diversity"][0] < 0.3

    @pytest.mark.parametrize(
        "arguments",
        [
            {"penalties": [R1Penalty(1.0)]},
            {"loss": "hinge", "penalties": [R1Penalty(1.0)]},
            {
                "loss": "wasserstein",
                "penalties": ["gradient_penalty"],
                "discriminator_steps": 2,
            },
        ],
    )
    def test_gan(self, arguments):
        images = small_digits(low=-1)
        model = GAN(
            networks.mlp_generator(8, images.shape[1:], (64,)),
            networks.mlp_discriminator(images.shape[1:], (64,)),
            latent_dim=8,
        )
        adams = [Adam(2e-3, beta_1=0.0) for _ in range(2)]
        model.compile(*adams, **arguments)
        said, logs = examine(model, images, Doctor(images), epochs=5)
        assert_said(said)
        assert set(logs) - set(model.get_metrics_result()) == {
            "doctor_data_outside",
            "doctor_not_finite",
            "doctor_score_gap",
            "doctor_generator_smallest_update",
            "doctor_generator_largest_update",
            "doctor_discriminator_smallest_update",
            "doctor_discriminator_largest_update",
            "doctor_diversity",
        }


class TestCallback:
    def test_figures_reach_the_callbacks_after_it(self, tmp_path):
        path = tmp_path / "logs.csv"
        model = make_vae()
        model.compile()
        model.fit(
            make_images(),
            epochs=2,
            verbose=0,
            callbacks=[Doctor(), keras.callbacks.CSVLogger(str(path))],
        )
        header, *rows = path.read_text().splitlines()
        assert "doctor_kl_ratio" in header.split(",") and len(rows) == 2

    def test_every_n_epochs(self):
        model = make_autoencoder()
        model.compile()
        doctor = Doctor(every_n_epochs=3)
        _, logs = examine(model, make_images(), doctor, epochs=7)
        assert len(logs["doctor_not_finite"]) == 2
        assert len(logs["loss"]) == 7

    def test_failure_warns_once(self):
        def classifier(images):
            raise RuntimeError("no classes today")

        images = make_images(low=-1.0)
        model = make_gan()
        model.compile()
        with pytest.warns(UserWarning, match="no classes today") as caught:
            logs = model.fit(
                images,
                epochs=3,
                verbose=0,
                callbacks=[Doctor(images, classifier)],
            ).history
        assert len([w for w in caught if "no classes" in str(w.message)]) == 1
        assert len(logs["doctor_score_gap"]) == len(logs["loss"]) == 3

    def test_only_the_chief_speaks(self, monkeypatch):
        monkeypatch.setattr(backend, "is_chief", lambda: False)
        images = np.full_like(make_images(), np.nan)
        model = make_autoencoder()
        model.compile()
        said, logs = examine(model, images, Doctor(images), epochs=1)
        assert_said(said)
        assert logs["doctor_not_finite"] == [2]

    def test_any_keras_model(self):
        model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
        model.compile("sgd", loss="mean_squared_error")
        x = np.ones((4, 2), "float32")
        logs = model.fit(x, x[:, :1], verbose=0, callbacks=[Doctor()]).history
        assert logs["doctor_not_finite"] == [0]

    @pytest.mark.parametrize(
        "arguments, received",
        [
            ({"data": np.ones(4)}, "data of shape"),
            ({"data": []}, "data of shape"),
            ({"data": [[1], [1, 2]]}, "data="),
            ({"data": 3}, "data=3"),
            ({"data": "images"}, "data='images'"),
            ({"data": (make_images() for _ in range(2))}, "data=<generator"),
            ({"labels": [1, 2]}, "data=None"),
            ({"data": make_images(), "labels": [1, 2]}, "labels of shape"),
            ({"data": make_images(), "value_range": []}, "value_range="),
            ({"data": make_images(1)}, "data of shape"),
            ({"data": np.full((4, 4, 4, 1), "x")}, "data of shape"),
            ({"classifier": len}, "classifier="),
            ({"data": make_images(), "classifier": 1}, "classifier="),
            ({"every_n_epochs": 0}, "every_n_epochs="),
            ({"every_n_epochs": None}, "every_n_epochs="),
        ],
    )
    def test_wrong_arguments(self, arguments, received):
        with pytest.raises(ValueError, match=f"Received: {received}"):
            Doctor(**arguments)

    def test_data_of_another_shape(self):
        model = make_autoencoder()
        model.compile()
        doctor = Doctor(np.zeros((4, 8, 8, 1)))
        with pytest.raises(ValueError, match=r"Received: shape=\(8, 8, 1\)"):
            model.fit(make_images(), callbacks=[doctor], verbose=0)

    def test_a_model_without_a_prior(self):
        class NeedsPrior(Autoencoder):
            def generate(self, num_images, seed=None, prior=None):
                raise ValueError("needs a prior")

        networks = make_autoencoder()
        model = NeedsPrior(networks.encoder, networks.decoder)
        model.compile(SGD(1e-6))
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            _, logs = examine(
                model, make_images(), Doctor(make_images()), epochs=1
            )
        assert "doctor_diversity" not in logs


class Labelled(GAN):
    """Remembers the labels that it is told to generate of."""

    def generate(self, num_images, labels=None, **kwargs):
        self.seen = labels
        return super().generate(num_images, labels, **kwargs)


class TestLabels:
    def seen(self, *args, **kwargs):
        networks = make_conditional_gan(num_classes=4)
        model = Labelled(networks.generator, networks.discriminator, LATENT_DIM)
        model.compile(SGD(1e-6), SGD(1e-6))
        batches = ShuffledBatches(make_images(low=-1.0), np.arange(20) % 4)
        doctor = Doctor(*args, **kwargs)
        examine(model, batches, doctor, epochs=1, batch_size=None)
        return model.seen

    def test_go_with_the_data(self):
        images = make_images(low=-1.0)
        labels = np.arange(20)[:, None] % 3
        np.testing.assert_array_equal(
            self.seen(images, labels=labels), labels[:, 0]
        )
        np.testing.assert_array_equal(self.seen((images, labels)), labels[:, 0])
        images[2] = np.nan  # Which is left out.
        np.testing.assert_array_equal(
            self.seen((images, labels)), np.delete(labels[:, 0], 2)
        )

    def test_all_classes_in_turn(self):
        seen = self.seen(make_images(low=-1.0))
        np.testing.assert_array_equal(seen, np.arange(20) % 4)

    def test_that_do_not_fit(self):
        with pytest.raises(ValueError, match="from 0 to 3.*from 0 to 19"):
            self.seen(make_images(low=-1.0), labels=np.arange(20))
