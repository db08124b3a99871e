import contextlib
import warnings


class WarnOnce:
    """Warnings of one object, each given once.

    What may fail without ending a training, such as a picture, a log or a
    backup, runs in the context `on_failure`.

    Args:
        owner: Object, whose class is named in the warnings.

    Example:

    >>> warn_once = WarnOnce(callback)
    >>> with warn_once.on_failure("could not draw"):
    ...     raise OSError("disk full")  # Warns, the first time.
    """

    def __init__(self, owner):
        self._owner = type(owner).__name__
        self._warned = set()

    @contextlib.contextmanager
    def on_failure(self, action, source=None):
        """Turns an error within the context into one warning.

        Args:
            action: String, what it means if this fails.
            source: What gives one warning at most. Defaults to the action.
        """
        try:
            yield
        except Exception as error:
            self.warn(
                f"{action}. Training goes on, and this warning is not "
                f"repeated. Received: {type(error).__name__}: {error}",
                source=action if source is None else source,
                stacklevel=5,
            )

    def warn(self, message, source=None, stacklevel=3):
        """Warns, the first time that the source asks for it.

        Args:
            message: String, which goes on from the name of the owner.
            source: What gives one warning at most. Defaults to the message.
            stacklevel: See `warnings.warn`.
        """
        source = message if source is None else source
        if source not in self._warned:
            self._warned.add(source)
            warnings.warn(f"`{self._owner}` {message}", stacklevel=stacklevel)
