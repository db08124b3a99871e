"""Ctrl-C, held back while a model is in the middle of a step."""

import contextlib
import signal
import threading


class Interrupts:
    """Holds Ctrl-C back where it would tear a model apart.

    Nothing is held outside of `watched`, in threads other than the main one,
    to which Python sends signals, or where nobody handles them in Python. A
    second Ctrl-C is delivered at once.
    """

    def __init__(self):
        self._deliver = None
        self._is_holding = False
        self._pending = None

    @contextlib.contextmanager
    def watched(self):
        """A context in which Ctrl-C comes here first."""
        deliver = signal.getsignal(signal.SIGINT)
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or not callable(deliver) or self._deliver is not None:
            yield
            return
        try:
            self._deliver = deliver
            signal.signal(signal.SIGINT, self._receive)
            yield
        finally:
            if signal.getsignal(signal.SIGINT) == self._receive:
                signal.signal(signal.SIGINT, deliver)
            self._deliver = None
            self._is_holding = False
            pending, self._pending = self._pending, None
            if pending is not None:
                deliver(*pending)

    @contextlib.contextmanager
    def held(self):
        """A context at whose end Ctrl-C is delivered."""
        before, self._is_holding = self._is_holding, True
        try:
            yield
        finally:
            self._set(before)

    @contextlib.contextmanager
    def let_through(self):
        """A context that Ctrl-C may interrupt, as one that was held before."""
        before = self._is_holding
        try:
            self._set(False)
            yield
        finally:
            self._is_holding = before

    def hold(self):
        """Holds Ctrl-C from now on."""
        self._is_holding = True

    def release(self):
        """Lets Ctrl-C through from now on."""
        self._set(False)

    def _set(self, is_holding):
        self._is_holding = is_holding
        if not is_holding and self._pending is not None:
            pending, self._pending = self._pending, None
            self._deliver(*pending)

    def _receive(self, *signal_and_frame):
        if self._is_holding and self._pending is None:
            self._pending = signal_and_frame
        else:
            self._pending = None
            self._deliver(*signal_and_frame)
