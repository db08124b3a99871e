import warnings
from collections.abc import Iterable
from collections.abc import Iterator

import keras

from keras_generative import backend
from keras_generative.callbacks import model_facts
from keras_generative.callbacks import symptoms
from keras_generative.callbacks.pixel_range import check_value_range
from keras_generative.utils import validation
from keras_generative.utils.samples import gather
from keras_generative.utils.warn_once import WarnOnce

# What is read of a data set.
NUM_SAMPLES = 500


class Doctor(keras.callbacks.Callback):
    """Warns of what goes wrong in a training, and says what to try.

    It looks for

    - NaN in any log;
    - a discriminator that has won or lost, or that ends in a sigmoid;
    - vanishing or exploding gradients;
    - posterior collapse of a VAE, and a KL that dwarfs reconstruction;

    and where it is given some of the data, for

    - data out of the range of what the model makes, as [0, 1] is of tanh and
      bytes are of any, and NaN in it: before the first step;
    - mode collapse, in the distances of samples from each other or, with a
      `classifier`, in their classes.

    Each gives one warning. The balance of the game, the KL and the samples
    have to be bad three times in a row, since that may pass. The figures by
    which it is found are in the epoch's logs, with names that begin with
    `doctor_`, for `History` and the callbacks after this one.

    Samples come from a seed of their own, so that training goes as it would
    without. What fails in here gives one warning, and training goes on.

    Args:
        data: Array of shape (num_samples, ...), a few hundred of what the
            model is trained on; a tuple `(x, y)` of arrays; or a
            `keras.utils.PyDataset`, `tf.data.Dataset` or torch `DataLoader`,
            of which a few hundred are read here and now. Defaults to `None`.
        classifier: Function of images that returns an array of shape
            (num_images, num_classes), the scores of classes, such as a
            `keras.Model`. Defaults to `None`.
        labels: Array with a row for each of `data`, for a model that takes
            labels. Defaults to `None`, the `y` of `data`, or without one all
            classes in turn.
        value_range: Pair of numbers, between which the data must be.
            Defaults to `None`, `model.value_range`, unless the loss takes
            logits.
        every_n_epochs: Integer, look at the end of each n-th epoch. Others
            have no figures in their logs. Defaults to `1`.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            the data or its labels do not fit the model.

    Example:

    >>> doctor = Doctor(x_train[:500])
    >>> model.fit(x_train, epochs=50, callbacks=[doctor])
    """

    def __init__(
        self,
        data=None,
        classifier=None,
        labels=None,
        value_range=None,
        every_n_epochs=1,
    ):
        super().__init__()
        validation.check_positive_integer(every_n_epochs, "every_n_epochs")
        value_range = check_value_range(value_range)
        self.data, self.labels = _check_data(data, labels)
        if classifier is not None and (
            data is None or not callable(classifier)
        ):
            raise ValueError(
                "Argument `classifier` must be a function of images, given "
                f"along with `data`. Received: classifier={classifier!r}"
            )
        self.every_n_epochs = every_n_epochs
        self.writes_logs = True
        self._gradients = symptoms.UnstableGradients()
        self._before_training = [symptoms.SigmoidDiscriminator()]
        self._in_training = [
            symptoms.NonFiniteLogs(),
            symptoms.UnbalancedGame(),
            symptoms.PosteriorCollapse(),
            self._gradients,
        ]
        if data is not None:
            self._before_training.append(
                symptoms.DataOutOfRange(self.data, value_range)
            )
            self._in_training.append(
                symptoms.ModeCollapse(self.data, classifier, self.labels)
            )
        self._times_in_a_row = {}
        self._said = set()
        self._warn_once = WarnOnce(self)

    def on_train_begin(self, logs=None):
        model = self.model
        if self.data is not None:
            model_facts.check_takes(model, self.data, self)
            if hasattr(model, "generate"):
                labels = model_facts.labels_or_all(
                    model, self.labels, len(self.data)
                )
                model_facts.label_arguments(model, labels, self)
        self._first_figures = self._examine(self._before_training, {})

    def on_epoch_begin(self, epoch, logs=None):
        if self._is_due(epoch):
            with self._warn_once.on_failure("could not look at the weights"):
                self._gradients.begin(self.model)

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None and self._is_due(epoch):
            figures = self._examine(self._in_training, dict(logs))
            logs.update({**self._first_figures, **figures})

    def _is_due(self, epoch):
        return (epoch + 1) % self.every_n_epochs == 0

    def _examine(self, suspected, logs):
        """Says what is wrong, and returns the figures that show it."""
        figures = {}
        for symptom in suspected:
            complaints = {}
            with self._warn_once.on_failure(
                f"could not check for `{type(symptom).__name__}`"
            ):
                # All processes look, since networks that they share can only
                # run on all of them together.
                found, complaints = symptom.examine(self.model, logs)
                figures.update({f"doctor_{k}": v for k, v in found.items()})
            self._hear(symptom, complaints)
        return figures

    def _hear(self, symptom, complaints):
        """Says a complaint that has lasted, once."""
        before = self._times_in_a_row.get(symptom, {})
        times = {name: before.get(name, 0) + 1 for name in complaints}
        self._times_in_a_row[symptom] = times
        for name, advice in complaints.items():
            if times[name] >= symptom.patience and name not in self._said:
                self._said.add(name)
                if backend.is_chief():
                    warnings.warn(
                        f"`Doctor` finds {name}. {advice}", stacklevel=2
                    )


def _check_data(data, labels):
    """Returns samples as a float array, and their labels, or raises."""
    if data is None:
        if labels is not None:
            raise ValueError(
                "Argument `labels` must be given along with `data`. "
                "Received: data=None"
            )
        return None, None
    if isinstance(data, list):
        data = validation.as_array(data, "data")
    can_be_read = isinstance(data, (Iterable, keras.utils.PyDataset))
    if not can_be_read or isinstance(data, (str, Iterator)):
        raise ValueError(
            "Argument `data` must be an array, a tuple of arrays, or a data "
            "set that can be read again, as a generator cannot. "
            f"Received: data={data!r}"
        )
    is_array = isinstance(data, (tuple, list, dict)) or hasattr(data, "shape")
    x, y = gather(data, None if is_array else NUM_SAMPLES)
    if x.ndim < 2 or len(x) < 2 or x.dtype.kind not in "fiub":
        raise ValueError(
            "Argument `data` must hold two or more samples, numbers of shape "
            "(num_samples, ...). "
            f"Received: data of shape={x.shape}, dtype={x.dtype}"
        )
    labels = model_facts.check_number_of_labels(
        y if labels is None else labels, len(x)
    )
    return x.astype("float32", copy=False), labels
