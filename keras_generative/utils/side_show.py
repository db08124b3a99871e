import contextlib
import warnings


class SideShow:
    """What may fail without ending the training.

    Args:
        owner: Object, whose class is named in the warnings.

    Example:

    >>> side_show = SideShow(callback)
    >>> with side_show.attempt("could not draw"):
    ...     raise OSError("disk full")  # Warns, the first time.
    """

    def __init__(self, owner):
        self._owner = type(owner).__name__
        self._warned = set()

    @contextlib.contextmanager
    def attempt(self, action, source=None):
        """Turns an error within the context into one warning.

        Args:
            action: String, what it means if this fails.
            source: What gives one warning at most. Defaults to the action.
        """
        try:
            yield
        except Exception as error:
            source = action if source is None else source
            if source in self._warned:
                return
            self._warned.add(source)
            warnings.warn(
                f"`{self._owner}` {action}. Training goes on, and this "
                "warning is not repeated. "
                f"Received: {type(error).__name__}: {error}",
                stacklevel=4,
            )
