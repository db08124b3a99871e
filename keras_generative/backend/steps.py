"""Steps that are done whole or not at all."""

import contextlib
import functools

import keras

from keras_generative.backend.interrupts import Interrupts


class WholeSteps:
    """Makes a `keras.Model` run each of its steps to its end.

    Ctrl-C during a step of `fit` is delivered after it, when the variables
    are in order.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._interrupts = Interrupts()

    def make_train_function(self, force=False):
        before = self.train_function
        super().make_train_function(force)
        if self.train_function is not before:
            self.train_function = self._whole(self.train_function)
        return self.train_function

    def make_test_function(self, force=False):
        before = self.test_function
        super().make_test_function(force)
        if self.test_function is not before:
            self.test_function = self._whole(self.test_function)
        return self.test_function

    def _whole(self, function):
        """A train or test function of Keras, run to its end."""

        @functools.wraps(function)
        def step(data):
            with self._interrupts.held():
                return function(data)

        return step

    def _stepping(self):
        """A context for `fit` and `evaluate`, which ends with a whole model."""
        return self._interrupts.watched()

    def _check_present(self):
        """Raises a `RuntimeError` if another thread has the variables."""

    def _with_watchers(self, callbacks):
        """The callbacks of `fit`, with those that whole steps need."""
        return callbacks


class WholeFit(WholeSteps):
    """Holds Ctrl-C all through `fit`, but where a step or an epoch ends.

    For backends that break where their own Python code is interrupted.
    """

    def _whole(self, function):
        @functools.wraps(function)
        def step(data):
            outputs = function(data)
            with self._interrupts.let_through():
                return outputs

        return step

    @contextlib.contextmanager
    def _stepping(self):
        with self._interrupts.watched(), self._interrupts.held():
            yield

    def _with_watchers(self, callbacks):
        if isinstance(callbacks, keras.callbacks.CallbackList):
            return callbacks
        opening = _AtEpochs(self._interrupts.release)
        closing = _AtEpochs(self._interrupts.hold)
        return [opening, *keras.tree.flatten(callbacks or []), closing]


class _AtEpochs(keras.callbacks.Callback):
    """Calls a function where an epoch begins or ends."""

    def __init__(self, function):
        super().__init__()

        def call(*args, **kwargs):
            function()

        self.on_train_begin = self.on_train_end = call
        self.on_epoch_begin = self.on_epoch_end = call
        self.on_test_begin = self.on_test_end = call
