"""Optional packages, imported when they are first used."""

import importlib


class LazyModule:
    """Stands for a module that is imported at its first attribute access.

    Args:
        name: String, the module to import, e.g. `"PIL.Image"`.
        pip_name: String, what to `pip install` when it is missing.

    Raises:
        ImportError: At first use, if the module is not installed.

    Example:

    >>> plt = LazyModule("matplotlib.pyplot", pip_name="matplotlib")
    >>> plt.figure()  # imports matplotlib here
    """

    def __init__(self, name, pip_name):
        self._name = name
        self._pip_name = pip_name
        self._module = None

    def __getattr__(self, attribute):
        if self._module is None:
            try:
                self._module = importlib.import_module(self._name)
            except ImportError as error:
                raise ImportError(
                    f"This needs the optional package `{self._name}`, which "
                    "could not be imported. Install it with "
                    f"`pip install {self._pip_name}`. Received: {error}"
                ) from error
        return getattr(self._module, attribute)
