import time

import keras

from keras_generative import backend
from keras_generative.callbacks import evaluation
from keras_generative.callbacks import model_facts
from keras_generative.utils import validation
from keras_generative.utils.warn_once import WarnOnce


class GenerativeEvaluator(keras.callbacks.Callback):
    """Says in the logs of an epoch how good a model's images are.

    Metrics that compare features see images of `model.generate`, always from
    the same noise, beside the real ones; a network that several of them share
    runs once. Metrics that compare pixels see what `model.reconstruct` makes
    of the real images. If the optimizer keeps moving averages of the weights,
    they are evaluated. Nothing of it changes the training.

    Where a model knows the range of its images, `model.value_range`, these
    and the real ones are mapped to the range of each feature network, and of
    pixel metrics that were told none. Pixels that are compared without a
    network are mapped to [0, 1]. What has no `value_range` gets images as
    they are.

    The figures are in the logs as `val_` and the name of the metric, with a
    further `_` and key for each of a metric's several figures. `fit` of this
    package calls this callback before those that read the logs, wherever in
    the list it is. What it costs is printed beside the progress of `fit`.

    The untrained model is evaluated once, so that what does not fit is said
    before training. What fails later gives one warning, leaves the figures
    out of the logs, and training goes on. All images are held at once.

    Where several processes train together, all of them evaluate, as networks
    that they share can only run on all of them together, and so
    `EarlyStopping` finds the figures on each. The chief alone prints.

    Args:
        metrics: List of the metrics of `kg.metrics`, or other
            `keras.metrics.Metric`s of pixels.
        data: Float array of real images, of shape (num_images, height, width,
            channels), in the range of the model's, or a tuple `(images,
            labels)`. Or a data set whose batches are either: a `PyDataset`,
            `tf.data.Dataset` or `DataLoader`, the first `num_images` of which
            are read at once. May be `None` if all metrics have a `reference`.
        num_images: Positive integer, images to generate, and real images to
            reconstruct. Defaults to the number of real images.
        every_n_epochs: Positive integer, evaluate at the end of each n-th
            epoch. Others have no figures in their logs, of which callbacks
            that monitor them warn, and Keras' `CSVLogger` takes its columns
            from the first epoch. Defaults to `1`.
        seed: Integer, at least 0, for the noise. Defaults to `0`.
        labels: Array of the labels of `data`, which a model that takes labels
            needs, to generate and to reconstruct. Where there are fewer than
            images to generate, they are repeated. Defaults to those in
            `data`, if any. Other models take none.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            images, networks, metrics and model do not fit each other.

    Example:

    >>> distance = kg.metrics.FrechetDistance(kg.features.DigitClassifier())
    >>> best = keras.callbacks.ModelCheckpoint(
    ...     "best.keras",
    ...     monitor="val_digit_classifier_frechet_distance",
    ...     mode="min",
    ...     save_best_only=True,
    ... )
    >>> evaluator = GenerativeEvaluator([distance], x_test)
    >>> model.fit(x_train, epochs=50, callbacks=[evaluator, best])
    """

    def __init__(
        self,
        metrics,
        data,
        num_images=None,
        every_n_epochs=1,
        seed=0,
        labels=None,
    ):
        super().__init__()
        metrics = evaluation.check_metrics(metrics)
        check_count = validation.check_positive_integer
        if num_images is not None:
            num_images = check_count(num_images, "num_images")
        self.data, own_labels = evaluation.check_data(data, metrics, num_images)
        self.labels = model_facts.check_number_of_labels(
            own_labels if labels is None else labels,
            None if self.data is None else len(self.data),
        )
        if num_images is None and self.data is not None:
            num_images = len(self.data)
        self.num_images = check_count(num_images, "num_images")
        self.every_n_epochs = check_count(every_n_epochs, "every_n_epochs")
        self.seed = validation.check_seed(seed)
        self.metrics = metrics
        self.of_features = list(filter(evaluation.compares_features, metrics))
        self.of_pixels = [m for m in metrics if m not in self.of_features]
        self.writes_logs = True
        self._real = {}
        self._last = None
        self._warn_once = WarnOnce(self)

    def evaluate(self, model):
        """The figures of a model, as `fit` would log them.

        Args:
            model: `keras.Model` with the methods that the metrics need.

        Returns:
            Dict of name, without `val_`, to float.

        Raises:
            ValueError: If images, networks, metrics and model do not fit each
                other.
        """
        evaluation.check_model(model, self.metrics, self.data, self.labels)
        figures = {}
        if self.of_features:
            figures.update(self._compare_features(model))
        if self.of_pixels:
            figures.update(self._compare_pixels(model))
        return figures

    def _compare_features(self, model):
        fake = model.generate(
            self.num_images,
            seed=self.seed,
            **self._arguments(model, self.num_images),
        )
        value_range = _value_range(model)
        return evaluation.compare_features(
            self.of_features,
            self._real_features(value_range),
            evaluation.extract(self.of_features, fake, value_range),
        )

    def _compare_pixels(self, model):
        real = self.data[: self.num_images]
        return evaluation.compare_pixels(
            self.of_pixels,
            real,
            model.reconstruct(real, **self._arguments(model, len(real))),
            _value_range(model),
        )

    def _arguments(self, model, count):
        """What the methods of a model are told beside the samples."""
        ema = {"ema": True} if getattr(model, "has_averages", False) else {}
        return {**ema, **evaluation.labels_for(model, self.labels, count)}

    def on_train_begin(self, logs=None):
        self._start = time.perf_counter()
        self._seconds = 0.0
        self._timed_evaluate()

    def on_epoch_begin(self, epoch, logs=None):
        self._print_cost()

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every_n_epochs == 0:
            with self._warn_once.on_failure("could not evaluate"):
                figures = self._timed_evaluate()
                if logs is not None:
                    logs.update({f"val_{k}": v for k, v in figures.items()})

    def on_train_end(self, logs=None):
        self._print_cost()

    def _real_features(self, value_range):
        """Features of the real images, which stay the same."""
        if value_range not in self._real:
            self._real[value_range] = evaluation.extract(
                list(filter(evaluation.needs_real, self.of_features)),
                self.data,
                value_range,
            )
        return self._real[value_range]

    def _timed_evaluate(self):
        start = time.perf_counter()
        try:
            # On JAX this brings the state back from the running train loop.
            return self.evaluate(self.model)
        finally:
            self._last = time.perf_counter() - start
            self._seconds += self._last

    def _print_cost(self):
        """A line, after each evaluation, where `fit` prints its progress."""
        if self._last is None:
            return
        share = self._seconds / (time.perf_counter() - self._start)
        if (self.params or {}).get("verbose") and backend.is_chief():
            print(
                f"Evaluation took {self._last:.1f} s, and {share:.0%} of the "
                "time so far.",
                flush=True,
            )
        self._last = None


def _value_range(model):
    """Of a model's images, `None` where nothing bounds them."""
    value_range = getattr(model, "value_range", None)
    return None if value_range is None else tuple(value_range)
