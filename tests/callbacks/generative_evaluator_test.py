import csv
import warnings

import keras
import numpy as np
import pytest
from keras import layers

from keras_generative.callbacks import GenerativeEvaluator
from keras_generative.features import DigitClassifier
from keras_generative.features import FeatureNetwork
from keras_generative.metrics import PSNR
from keras_generative.metrics import FrechetDistance
from keras_generative.metrics import InceptionScore
from keras_generative.metrics import KernelDistance
from keras_generative.metrics import PrecisionRecall
from keras_generative.metrics import Reference
from keras_generative.metrics import SlicedWasserstein
from tests.test_case import IMAGE_SHAPE
from tests.test_case import make_autoencoder
from tests.test_case import make_gan
from tests.test_case import make_images
from tests.test_case import make_vae

DATA = make_images(12, low=-1.0)
NAME = "val_means_frechet_distance"


def means_network():
    """Its features are the means of the columns."""
    images = keras.Input(IMAGE_SHAPE)
    x = layers.Flatten()(layers.AveragePooling2D((4, 1))(images))
    return FeatureNetwork(keras.Model(images, x), "means", (-1, 1))


def evaluator(data=DATA, num_images=20, **kwargs):
    metrics = kwargs.pop("metrics", None)
    metrics = metrics or [FrechetDistance(means_network())]
    return GenerativeEvaluator(metrics, data, num_images, **kwargs)


def fit(callbacks, model=None, epochs=3, verbose=0, **arguments):
    model = model or make_gan()
    if not model.compiled:
        model.compile(**arguments)
    history = model.fit(
        make_images(16, low=-1.0 if hasattr(model, "generator") else 0.0),
        epochs=epochs,
        batch_size=8,
        verbose=verbose,
        callbacks=callbacks,
    )
    return model, history.history


def distance(fake):
    """Of the definition, by numpy and the eigenvalues of the product."""
    features = [
        (x.mean(axis=1).reshape(len(x), -1) + 1.0) / 2.0
        for x in (DATA.astype("float64"), np.clip(fake, -1, 1))
    ]
    shift = np.sum((features[0].mean(axis=0) - features[1].mean(axis=0)) ** 2)
    a, b = (np.cov(x.T) for x in features)
    roots = np.sqrt(np.linalg.eigvals(a @ b).real.clip(0))
    return shift + np.trace(a + b) - 2 * roots.sum()


def test_the_figure_is_of_generated_beside_real_images():
    callback = evaluator(seed=3)
    model, history = fit([callback])
    assert len(history[NAME]) == 3
    expected = distance(model.generate(20, seed=3))
    np.testing.assert_allclose(history[NAME][-1], expected, rtol=1e-3)
    figures = callback.evaluate(model)
    assert list(figures) == [NAME.removeprefix("val_")]
    np.testing.assert_allclose(figures[NAME[4:]], expected, rtol=1e-3)
    assert history[NAME][0] != history[NAME][1]


def test_a_network_that_metrics_share_runs_once():
    class Network(FeatureNetwork):
        calls = 0

        def __call__(self, images):
            self.calls += 1
            return super().__call__(images)

    network = Network(means_network().network, "means", (-1, 1))
    metrics = [FrechetDistance(network), FrechetDistance(network, name="again")]
    _, history = fit([evaluator(metrics=metrics)], epochs=2)
    assert history["val_again"] == history[NAME]
    # Real images once, generated ones before training and in each epoch.
    assert network.calls == 1 + 3


def test_pixels_are_compared_with_reconstructions():
    for make in (make_autoencoder, make_vae):
        callback = evaluator(
            make_images(12), 7, metrics=[keras.metrics.MeanSquaredError("mse")]
        )
        model, history = fit([callback], make())
        images = make_images(12)[:7]
        expected = np.mean((images - model.reconstruct(images)) ** 2)
        assert history["val_mse"][-1] == pytest.approx(expected, rel=1e-5)


def test_pixels_and_features_of_one_model():
    metrics = [
        keras.metrics.MeanSquaredError("mse"),
        FrechetDistance(means_network()),
    ]
    _, history = fit([evaluator(metrics=metrics)], make_vae(), epochs=1)
    assert {"val_mse", NAME} < set(history)


@pytest.mark.parametrize("make", [make_gan, make_vae, make_autoencoder])
def test_averages_are_evaluated_where_there_are_any(make):
    metrics = [keras.metrics.MeanSquaredError("mse")]
    if make is make_gan:
        metrics = [FrechetDistance(means_network())]
    model = make()
    optimizers = [
        keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9)
        for _ in range(1 + (make is make_gan))
    ]
    model.compile(*optimizers)
    assert model.has_averages
    # Within the training, at whose end Keras puts averages in their place.
    judge = Judge()
    _, history = fit([evaluator(metrics=metrics), judge], model)
    name = NAME if make is make_gan else "val_mse"
    assert history[name] == pytest.approx(judge.figures[True], rel=1e-3)
    differences = np.divide(judge.figures[True], judge.figures[False]) - 1
    assert np.abs(differences).max() > 3e-3
    assert not make().has_averages


class Judge(keras.callbacks.Callback):
    """What the figures should be, with averages and without."""

    def on_train_begin(self, logs=None):
        self.figures = {True: [], False: []}

    def on_epoch_end(self, epoch, logs=None):
        model = self.model
        for ema, figures in self.figures.items():
            if hasattr(model, "generator"):
                figures.append(distance(model.generate(20, seed=0, ema=ema)))
            else:
                difference = DATA - model.reconstruct(DATA, ema=ema)
                figures.append(np.mean(difference**2))


class Reader(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.logs = []

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))


def test_all_callbacks_find_the_figures(tmp_path, capsys):
    reader = Reader()
    path = str(tmp_path / "{epoch}.keras")
    best = keras.callbacks.ModelCheckpoint(
        path, monitor=NAME, mode="min", save_best_only=True
    )
    stop = keras.callbacks.EarlyStopping(
        NAME, mode="min", patience=1, min_delta=1e6
    )
    table = keras.callbacks.CSVLogger(str(tmp_path / "logs.csv"))
    callbacks = [reader, [best, stop], table, evaluator()]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        _, history = fit(callbacks, epochs=5, verbose=2)
    # The second is no better by so much.
    assert len(history[NAME]) == 2
    assert [logs[NAME] for logs in reader.logs] == history[NAME]
    with open(tmp_path / "logs.csv") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0][NAME]) == history[NAME][0]
    assert (tmp_path / "1.keras").exists()
    assert f"{NAME}: {history[NAME][0]:.4f}" in capsys.readouterr().out


def test_callbacks_may_come_by_position():
    model, reader = make_gan(), Reader()
    model.compile()
    model.fit(make_images(8, low=-1.0), None, 8, 1, 0, [evaluator(), reader])
    assert NAME in reader.logs[0]


def test_only_each_nth_epoch_is_evaluated():
    reader = Reader()
    _, history = fit([reader, evaluator(every_n_epochs=2)], epochs=5)
    assert [NAME in logs for logs in reader.logs] == [
        (epoch + 1) % 2 == 0 for epoch in range(5)
    ]
    assert len(history[NAME]) == 2


def test_what_it_costs_is_printed(capsys):
    fit([evaluator(every_n_epochs=2)], epochs=3, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    cost = [line for line in lines if line.startswith("Evaluation took")]
    # Before training, and after the second epoch.
    assert len(cost) == 2
    assert all(line.endswith("% of the time so far.") for line in cost)
    assert lines.index(cost[0]) < lines.index("Epoch 1/3")
    assert lines.index(cost[1]) == lines.index("Epoch 3/3") - 1
    fit([evaluator()], verbose=0)
    assert "Evaluation" not in capsys.readouterr().out


def test_the_figures_of_every_metric():
    network = means_network()
    metrics = [
        KernelDistance(network),
        PrecisionRecall(network),
        InceptionScore(network, from_logits=True),
    ]
    model = make_gan()
    figures = evaluator(metrics=metrics).evaluate(model)
    fake = model.generate(20, seed=0)
    for metric in metrics:
        metric.reset_state()
        metric.update_state(DATA, fake)
    kernel, pair, score = (metric.result() for metric in metrics)
    expected = {
        **kernel,
        "means_precision_recall_precision": pair["precision"],
        "means_precision_recall_recall": pair["recall"],
        "means_inception_score": score,
    }
    assert list(figures) == list(expected)
    np.testing.assert_allclose(
        list(figures.values()), list(expected.values()), rtol=1e-4, atol=1e-8
    )


def test_a_reference_takes_the_place_of_real_images():
    network = means_network()
    reference = Reference.from_images([DATA], network, "noise", "test")
    metrics = [
        FrechetDistance(network, reference=reference),
        # Which asks for no real images either.
        InceptionScore(network, from_logits=True),
    ]
    callback = GenerativeEvaluator(metrics, None, num_images=20)
    model = make_gan()
    figures = callback.evaluate(model)
    expected = evaluator().evaluate(model)
    name = NAME.removeprefix("val_")
    assert figures[name] == pytest.approx(expected[name], rel=1e-4)
    with pytest.raises(ValueError, match="Received: num_images=None"):
        GenerativeEvaluator(metrics, None)


class Stand(keras.Model):
    """Makes what it is given, and remembers what it was asked."""

    def __init__(self, images, value_range=None, labels=None):
        super().__init__()
        self.images, self.value_range = images, value_range
        self.label_spec = labels
        self.asked = []

    def generate(self, num_images, seed=None, labels=None):
        self.asked.append(labels)
        return self.images[np.arange(num_images) % len(self.images)]

    def reconstruct(self, images, labels=None):
        self.asked.append(labels)
        return 0.5 * images


def spoiled(images, value_range):
    """Digits under a veil of grey, in another range."""
    low, high = value_range
    return low + (high - low) * (0.5 * images + 0.25)


@pytest.mark.parametrize("own_range", [(0, 1), (-1, 1)])
@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 255.0)])
def test_a_network_gets_images_in_its_range(value_range, own_range):
    images = np.random.default_rng(0).random((9, 28, 28, 1), "float32")
    low, high = value_range
    plain = FrechetDistance(DigitClassifier())
    plain.update_state(images, spoiled(images, (0, 1)))
    metric = FrechetDistance(DigitClassifier(value_range=own_range))
    callback = GenerativeEvaluator([metric], low + (high - low) * images)
    model = Stand(spoiled(images, value_range), value_range)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        (figure,) = callback.evaluate(model).values()
    assert figure == pytest.approx(plain.result(), rel=1e-3)
    # The real images are as new where the next model has another range.
    other = Stand(spoiled(images, (0, 1)), (low, low + 2 * (high - low)))
    assert callback.evaluate(other) != {metric.name: figure}


def test_pixel_metrics_take_the_range_of_the_model():
    images = 2 * make_images(12) - 1
    told = PSNR((-1, 1), name="told")
    metrics = [PSNR(), told, PSNR((0, 1), name="told_otherwise")]
    metrics.append(keras.metrics.MeanSquaredError("mse"))
    figures = GenerativeEvaluator(metrics, images).evaluate(
        Stand(images, (-1.0, 1.0))
    )
    told.reset_state()
    told.update_state(images, 0.5 * images)
    assert figures["psnr"] == pytest.approx(float(told.result()), rel=1e-5)
    assert figures["told"] == pytest.approx(figures["psnr"], rel=1e-5)
    difference = 10 * np.log10(4)
    assert figures["psnr"] - figures["told_otherwise"] == pytest.approx(
        difference, rel=1e-4
    )
    assert figures["mse"] == pytest.approx(np.mean(images**2) / 4, rel=1e-5)
    # And none where the model knows none.
    (figure,) = (
        GenerativeEvaluator([PSNR()], images).evaluate(Stand(images)).values()
    )
    assert figure == pytest.approx(figures["told_otherwise"], rel=1e-5)


def test_pixels_without_a_network_are_compared_in_one_range():
    images = make_images(12)
    (expected,) = (
        GenerativeEvaluator([SlicedWasserstein()], images)
        .evaluate(Stand(0.5 * images, (0.0, 1.0)))
        .values()
    )
    (figure,) = (
        GenerativeEvaluator([SlicedWasserstein()], 4 * images - 2)
        .evaluate(Stand(2 * images - 2, (-2.0, 2.0)))
        .values()
    )
    assert figure == pytest.approx(expected, rel=1e-4)


LABELS = np.arange(12) % 5


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        part = slice(5 * index, 5 * index + 5)
        return DATA[part], LABELS[part]


@pytest.mark.parametrize(
    "data, labels",
    [(DATA, LABELS), ((DATA, LABELS), None), (Batches(), None)],
    ids=["array", "tuple", "dataset"],
)
def test_a_model_that_takes_labels_gets_them(data, labels):
    metrics = [
        FrechetDistance(means_network()),
        keras.metrics.MeanSquaredError("mse"),
    ]
    model = Stand(DATA, labels=object())
    callback = GenerativeEvaluator(metrics, data, 20, labels=labels)
    callback.evaluate(model)
    generated, reconstructed = model.asked
    np.testing.assert_array_equal(generated, [*LABELS, *LABELS[:8]])
    np.testing.assert_array_equal(reconstructed, LABELS)
    # And one that takes none gets none.
    model = Stand(DATA)
    callback.evaluate(model)
    assert model.asked == [None, None]


def test_labels_that_are_missing_or_too_few():
    callback = evaluator()
    with pytest.raises(ValueError, match="Pass `labels=`.*labels=None"):
        callback.evaluate(Stand(DATA, labels=object()))
    with pytest.raises(ValueError, match="labels of shape=.11.. for 12"):
        evaluator(labels=LABELS[:11])
    with pytest.raises(ValueError, match="labels of shape=.11.. for 12"):
        evaluator((DATA, LABELS[:11]))


def test_the_first_of_a_data_set_are_real_images():
    callback = evaluator(Batches(), np.int64(7))
    np.testing.assert_array_equal(callback.data, DATA[:7])
    expected = evaluator(DATA[:7].astype("float64"), 7).evaluate(Stand(DATA))
    figures = callback.evaluate(Stand(DATA))
    assert figures == pytest.approx(expected, rel=1e-5)
    np.testing.assert_array_equal(evaluator(Batches(), None).data, DATA)


def test_networks_of_other_kinds():
    network = means_network().network
    function = lambda images: network.predict_on_batch(images / 2 + 0.5)  # noqa: E731
    metrics = [
        FrechetDistance(function, name="of_function"),
        FrechetDistance(network, name="of_model"),
    ]
    _, history = fit([evaluator(metrics=metrics)], epochs=1)
    # The model sees them without their range: half the distances.
    assert history["val_of_function"][0] == pytest.approx(
        history["val_of_model"][0] / 4, rel=1e-4
    )


class Failing(FrechetDistance):
    """Takes the model before training, and then no other."""

    calls = 0

    def result(self):
        self.calls += 1
        if self.calls > 1:
            raise RuntimeError("no figure today")
        return super().result()


def test_a_failure_in_training_gives_one_warning():
    metrics = [
        keras.metrics.MeanSquaredError("mse"),
        Failing(means_network(), name="failing"),
    ]
    with pytest.warns(UserWarning, match="could not evaluate") as record:
        _, history = fit([evaluator(metrics=metrics)], make_vae())
    assert len([w for w in record if "evaluate" in str(w.message)]) == 1
    assert len(history["loss"]) == 3
    assert not any(name.startswith("val_") for name in history)


class Spoil(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            variable = self.model.generator.trainable_variables[0]
            variable.assign(np.full(variable.shape, np.nan))


def test_images_that_are_not_finite_do_not_end_training():
    with pytest.warns(UserWarning, match="finite") as record:
        _, history = fit([evaluator(), Spoil()])
    assert len([w for w in record if "finite" in str(w.message)]) == 1
    assert len(history["loss"]) == 3
    assert len(history[NAME]) == 1


@pytest.mark.parametrize(
    "make, arguments, message",
    [
        (make_autoencoder, {}, "needs a prior"),
        (
            make_gan,
            {"metrics": [keras.metrics.MeanSquaredError()]},
            "method `reconstruct`",
        ),
        (make_gan, {"data": make_images(4)[:, :2]}, "must have shape"),
        (make_gan, {"data": np.repeat(DATA, 3, -1)}, "must have shape"),
        (make_gan, {"num_images": 1}, "2"),
    ],
    ids=["no prior", "no encoder", "size", "channels", "too few"],
)
def test_what_does_not_fit_is_said_before_training(make, arguments, message):
    model = make()
    with pytest.raises(ValueError, match=message):
        fit([evaluator(**arguments)], model)
    assert int(model.optimizer.iterations) == 0


def test_faults():
    metrics = [FrechetDistance(means_network())]
    for unfit in ([], metrics[0], ["mse"]):
        with pytest.raises(ValueError, match="Received: metrics="):
            GenerativeEvaluator(unfit, DATA)
    with pytest.raises(ValueError, match="different names"):
        GenerativeEvaluator(2 * metrics, DATA)
    for data in (
        None,
        DATA[0, 0, :, 0],
        DATA[:0],
        (255 * DATA).astype("uint8"),
    ):
        with pytest.raises(ValueError, match="Received: data of shape="):
            GenerativeEvaluator(metrics, data)
    with pytest.raises(ValueError, match="Received: data with NaN"):
        GenerativeEvaluator(metrics, DATA * np.nan)
    for name, value in {
        "num_images": 0,
        "every_n_epochs": 1.5,
        "seed": None,
    }.items():
        with pytest.raises(ValueError, match=f"Received: {name}={value}"):
            GenerativeEvaluator(metrics, DATA, **{name: value})


@pytest.mark.parametrize("data", [3, (), [[1], [1, 2]], np.float32(2)])
def test_what_is_no_data(data):
    with pytest.raises(ValueError, match="Received"):
        GenerativeEvaluator([PSNR()], data)
