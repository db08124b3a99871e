from keras_generative.training import data_checks
from keras_generative.training import labels as label_utils


class Targets:
    """What a model makes of what comes with samples: labels, and no more.

    What else a model learns from, it says by overriding these.
    """

    @property
    def _taught_labels(self):
        """The `LabelSpec` of what comes with samples in training, or `None`."""
        return self.label_spec

    def _check_targets(self, x, labels):
        """Raises a `ValueError` if what came with samples does not fit them."""
        if self._taught_labels is not None:
            label_utils.check_labels(labels, self._taught_labels, len(x))
        elif labels is not None:
            data_checks.check_no_samples(self, labels)
            data_checks.check_numbers(labels)
            self._ignored_labels.note(self)

    def _are_targets(self, y):
        """Whether what came with samples is what they are made like."""
        return False

    def _wanted_targets(self):
        """What may come with samples, for errors."""
        return "labels of shape (batch,) or (batch, n)"

    def _check_range(self, lowest, highest):
        """Raises a `ValueError` if samples in a range cannot be learned."""
