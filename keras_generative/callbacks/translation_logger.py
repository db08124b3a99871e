from keras_generative.callbacks import model_facts
from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.callbacks.pixel_range import check_value_range
from keras_generative.callbacks.pixel_range import pixel_range
from keras_generative.callbacks.pixel_range import warn_of_nan
from keras_generative.utils import validation
from keras_generative.visualization import image_columns
from keras_generative.visualization.names import check_names
from keras_generative.visualization.pixels import check_images
from keras_generative.visualization.pixels import range_of


class TranslationLogger(PictureLogger):
    """Draws images beside what `model.translate` makes of them.

    A row for each image: the source, the result and the target, in a picture
    named `translations`. Of a `CycleGAN` there is one for each direction,
    `translations_ab` and `translations_ba`, with the source, the result and
    what that is when it is turned back.

    Args:
        sources: Float array of shape (num_images, height, width, channels)
            with 1 or 3 channels, or images of A.
        targets: Likewise, the targets of these sources, or images of B, of
            any number. Defaults to `None`, without.
        seed: Integer, at least 0, for the noise of `translate`. Defaults to
            `None`, without noise.
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `None`, `model.value_range`; of sources
            that are not within it, their own.
        every_n_epochs: See `PictureLogger`.
        every_n_steps: See `PictureLogger`.
        writers: See `PictureLogger`.
        column_names: List of three names, written above the columns. Defaults
            to `None`: `source`, `result`, and `target` or `back`.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            the model cannot translate such images.

    Example:

    >>> logger = TranslationLogger(x_test[:8], y_test[:8], every_n_epochs=5)
    >>> model.fit(x_train, y_train, epochs=50, callbacks=[logger])
    """

    def __init__(
        self,
        sources,
        targets=None,
        seed=None,
        value_range=None,
        every_n_epochs=None,
        every_n_steps=None,
        writers=None,
        column_names=None,
    ):
        super().__init__(every_n_epochs, every_n_steps, writers)
        self.sources = check_images(sources, "sources")
        self.targets = targets
        if targets is not None:
            self.targets = check_images(targets, "targets")
        self.seed = validation.check_seed(seed, optional=True)
        self.value_range = check_value_range(value_range)
        self.column_names = check_names(column_names, 3, "column_names")

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        model_facts.check_method(self.model, "translate", self)
        if not model_facts.directions(self.model):
            self._check_pairs()
        # What else does not fit, the model says itself.
        self._pictures(self.model)

    def draw(self, model):
        return {
            name: self._drawn(model, columns, names)
            for name, (columns, names) in self._pictures(model).items()
        }

    def _pictures(self, model):
        """Columns of images and their names, by the name of the picture."""
        directions = model_facts.directions(model)
        if not directions:
            columns = [self.sources, self._translated(model, self.sources)]
            if self.targets is not None:
                columns.append(self.targets)
            return {"translations": (columns, ["source", "result", "target"])}
        return {
            f"translations_{way}": (
                self._there_and_back(model, images, way),
                ["source", "result", "back"],
            )
            for way, images in zip(directions, (self.sources, self.targets))
            if images is not None
        }

    def _there_and_back(self, model, images, way):
        there = self._translated(model, images, direction=way)
        return (
            images,
            there,
            self._translated(model, there, direction=way[::-1]),
        )

    def _translated(self, model, images, **direction):
        return model.translate(images, seed=self.seed, **direction)

    def _drawn(self, model, columns, names):
        for images in columns:
            warn_of_nan(images, self._warn_once)
        range_ = pixel_range(self.value_range, model, columns[1])
        low, high = range_of(columns[0])
        is_within = range_[0] <= low and high <= range_[1]
        first = range_ if is_within or self.value_range else (low, high)
        ranges = [first, *[range_] * (len(columns) - 1)]
        names = (self.column_names or names)[: len(columns)]
        return image_columns(columns, ranges, names)

    def _check_pairs(self):
        if self.targets is None or len(self.targets) == len(self.sources):
            return
        raise ValueError(
            "Argument `targets` must hold one image for each source. "
            f"Received: {len(self.targets)} targets for "
            f"{len(self.sources)} sources"
        )
