import warnings

import keras
import numpy as np

from keras_generative import backend
from keras_generative.callbacks import illnesses
from keras_generative.utils import validation
from keras_generative.utils.side_show import SideShow


class Doctor(keras.callbacks.Callback):
    """Says in plain words what ails a training, and what to try.

    It looks for

    - NaN in any log;
    - a discriminator that has won or lost;
    - vanishing or exploding gradients;
    - posterior collapse of a VAE, and a KL that dwarfs reconstruction;

    and where it is given some of the data, for

    - data out of the reach of the last activation, as [0, 1] is of tanh and
      bytes are of any, and NaN in it: before the first step;
    - mode collapse, in the distances of samples from each other or, with a
      `classifier`, in their classes.

    Each is said once, as a warning: what stands in the game, the KL and the
    samples after three times in a row, since it may pass, and the rest at
    once. The figures by which it is found are in the epoch's logs, with names
    that begin with `doctor_`, for `History` and the callbacks after this one.

    Samples come from a seed of their own, so that training goes as it would
    without. What fails in here gives one warning, and training goes on.

    Args:
        data: Array of shape (num_images, height, width, channels), a few
            hundred of the images that the model is trained on. Defaults to
            `None`.
        classifier: Function of images that returns an array of shape
            (num_images, num_classes), the scores of classes, such as a
            `keras.Model`. Defaults to `None`.
        every_n_epochs: Integer, look after the first and then each n-th
            epoch. Defaults to `1`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> doctor = Doctor(x_train[:500])
    >>> model.fit(x_train, epochs=50, callbacks=[doctor])
    """

    def __init__(self, data=None, classifier=None, every_n_epochs=1):
        super().__init__()
        validation.check_positive_integer(every_n_epochs, "every_n_epochs")
        self.data = _check_data(data)
        if classifier is not None and (
            data is None or not callable(classifier)
        ):
            raise ValueError(
                "Argument `classifier` must be a function of images, given "
                f"along with `data`. Received: classifier={classifier!r}"
            )
        self.every_n_epochs = every_n_epochs
        self.writes_logs = True
        self._gradients = illnesses.Gradients()
        self._illnesses = [
            illnesses.NotFinite(),
            illnesses.Discriminator(),
            illnesses.Posterior(),
            self._gradients,
        ]
        self._illnesses_of_data = []
        if data is not None:
            self._illnesses_of_data = [illnesses.DataRange(self.data)]
            self._illnesses += [illnesses.ModeCollapse(self.data, classifier)]
        self._times_in_a_row = {}
        self._said = set()
        self._side_show = SideShow(self)

    def on_train_begin(self, logs=None):
        image_shape = getattr(self.model, "image_shape", None)
        if self.data is not None and image_shape is not None:
            validation.check_fit(
                self.data.shape[1:], image_shape, "The images of `data`"
            )
        self._figures_of_data = self._examine(self._illnesses_of_data, {})

    def on_epoch_begin(self, epoch, logs=None):
        if self._is_due(epoch):
            with self._side_show.attempt("could not look at the weights"):
                self._gradients.begin(self.model)

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None and self._is_due(epoch):
            figures = self._examine(self._illnesses, dict(logs))
            logs.update({**self._figures_of_data, **figures})

    def _is_due(self, epoch):
        return epoch % self.every_n_epochs == 0

    def _examine(self, suspects, logs):
        """Says what is wrong, and returns the figures that show it."""
        figures = {}
        for illness in suspects:
            complaints = {}
            with self._side_show.attempt(
                f"could not look for what `{type(illness).__name__}` knows"
            ):
                # All processes look, since networks that they share can only
                # run on all of them together.
                found, complaints = illness.examine(self.model, logs)
                figures.update({f"doctor_{k}": v for k, v in found.items()})
            self._hear(illness, complaints)
        return figures

    def _hear(self, illness, complaints):
        """Says a complaint that has lasted, once."""
        before = self._times_in_a_row.get(illness, {})
        times = {name: before.get(name, 0) + 1 for name in complaints}
        self._times_in_a_row[illness] = times
        for name, advice in complaints.items():
            if times[name] >= illness.patience and name not in self._said:
                self._said.add(name)
                if backend.is_chief():
                    warnings.warn(
                        f"`Doctor` finds {name}. {advice}", stacklevel=2
                    )


def _check_data(data):
    """Returns `data` as a float array or `None`, or raises."""
    if data is None:
        return None
    data = np.asarray(data)
    if data.ndim != 4 or len(data) < 2 or data.dtype.kind not in "fiub":
        raise ValueError(
            "Argument `data` must be two or more images, an array of numbers "
            "of shape (num_images, height, width, channels). "
            f"Received: data of shape={data.shape}, dtype={data.dtype}"
        )
    return data.astype("float32", copy=False)
