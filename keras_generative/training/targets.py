from keras_generative.training import data_checks
from keras_generative.training import labels as label_utils


class Targets:
    """What a model makes of what comes with samples: labels, and no more.

    What else a model learns from, it says by overriding these.
    """

    # Whether samples that have targets are learned to be made as well.
    _learns_sources = False

    @property
    def _x_shape(self):
        """The shape of one row of what `fit` is given as `x`."""
        return self.sample_shape

    def _wanted_labels(self):
        """`LabelSpec` of what must come with samples, or `None`."""
        return self.label_spec

    def _check_targets(self, x, labels):
        """Raises a `ValueError` if what came with samples does not fit them."""
        spec = self._wanted_labels()
        if spec is not None:
            label_utils.check_labels(labels, spec, len(x))
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
