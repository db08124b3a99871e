import numpy as np

from keras_generative.callbacks import model_facts
from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.callbacks.pixel_range import check_value_range
from keras_generative.callbacks.pixel_range import pixel_range
from keras_generative.callbacks.pixel_range import warn_of_nan
from keras_generative.utils import validation
from keras_generative.visualization import image_grid


class SampleGridLogger(PictureLogger):
    """Draws images of `model.generate`, always from the same noise.

    The picture is named `samples`. Of a model that takes classes as labels it
    has a row for each class.

    Args:
        num_images: Integer, images in the picture, at most. A model that
            takes classes has equally many of each. Defaults to the number of
            `labels`, or else to `64`.
        labels: Array of shape (num_images,) or (num_images, n), what
            `model.generate` is told of each image. Defaults to `None`, all
            classes in turn, if the model takes classes.
        seed: Integer, at least 0, for the noise. Defaults to `0`.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`, `model.value_range`; where the
            model knows none, each picture has a range of its own.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.
        class_names: List of a name for each class, as data sets have it,
            written before the row of its class. Defaults to `None`.

    Raises:
        ValueError: If an argument is none of the above, or both `labels` and
            `class_names` are given; before training, if the model cannot
            generate images, or not with these labels, or has not as many
            classes as there are names.

    Example:

    >>> logger = SampleGridLogger(every_n_steps=500)
    >>> gan.fit(images, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        num_images=None,
        labels=None,
        seed=0,
        value_range=None,
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
        class_names=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        if num_images is not None:
            validation.check_positive_integer(num_images, "num_images")
        self.labels = model_facts.check_number_of_labels(labels, num_images)
        if num_images is None:
            num_images = 64 if labels is None else len(self.labels)
        self.num_images = int(num_images)
        self.seed = validation.check_seed(seed)
        self.value_range = check_value_range(value_range)
        if labels is not None and class_names is not None:
            raise ValueError(
                "Only one of the arguments `labels` and `class_names` may be "
                "given: the names are those of a row for each class. "
                f"Received: labels of shape={self.labels.shape}, "
                f"class_names={class_names!r}"
            )
        self.class_names = class_names

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        model = self.model
        model_facts.check_method(model, "generate", self)
        model_facts.check_makes_pictures(model, self)
        if self.labels is not None and model_facts.label_spec(model) is None:
            raise ValueError(
                "`labels` are only for a model that takes them. "
                f"Received: labels of shape={self.labels.shape}"
            )
        if self.class_names is not None:
            model_facts.check_class_names(model, self.class_names, self)
        # What else the model may lack, such as a prior, it says itself.
        self._generate(model)

    def draw(self, model):
        images, labels = self._generate(model)
        columns, names = self._rows(labels)
        warn_of_nan(images, self._warn_once)
        if self.value_range is None and model_facts.value_range(model) is None:
            self._warn_once.warn(
                "knows no range of this model's values, and draws each "
                "picture from its smallest to its largest. With the argument "
                "`value_range`, pictures can be compared."
            )
        range_ = pixel_range(self.value_range, model, images)
        return {"samples": image_grid(images, columns, range_, names)}

    def _rows(self, labels):
        """How many images are in a row, and the names of the rows."""
        if self.labels is not None or labels is None:
            return None, None
        columns = np.count_nonzero(labels == labels[0])
        if self.class_names is not None:
            return columns, [self.class_names[i] for i in labels[::columns]]
        # A row for each class, unless it would hold one image.
        return (None if columns == 1 else columns), None

    def _generate(self, model):
        labels = self.labels
        if labels is None:
            labels = model_facts.labels_of_all_classes(model, self.num_images)
        arguments = model_facts.label_arguments(model, labels, self)
        count = self.num_images if labels is None else len(labels)
        images = model.generate(count, seed=self.seed, **arguments)
        return images, labels
