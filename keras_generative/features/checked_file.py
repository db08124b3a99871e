import hashlib
import pathlib
import re

import keras

from keras_generative.utils.validation import check_path

SUBDIR = "keras_generative"  # Of Keras' cache.


class CheckedFile:
    """A local file, or a download, that must have a hash.

    Nothing is opened or downloaded before `path` is called.

    Args:
        source: String or path of a file, or a URL that begins with
            `https://`. What is downloaded stays in Keras' cache.
        sha256: String, the hash, of 64 hexadecimal digits.

    Raises:
        ValueError: If an argument is none of the above.
    """

    def __init__(self, source, sha256):
        self.source = str(check_path(source, "weights"))
        self.is_url = "://" in self.source
        if self.is_url and not self.source.startswith("https://"):
            raise ValueError(
                "Weights must be a local file, or a URL that begins with "
                f"'https://'. Received: weights={self.source!r}"
            )
        if not re.fullmatch("[0-9a-fA-F]{64}", str(sha256)):
            raise ValueError(
                "Argument `sha256` must be a string of 64 hexadecimal digits. "
                f"Received: sha256={sha256!r}"
            )
        self.sha256 = sha256.lower()

    def path(self):
        """The `pathlib.Path` of the file, downloaded if it has to be.

        Raises:
            ValueError: If there is no such file or it has another hash. A
                download is removed then, and begun anew by the next call.
            OSError: If the download fails.
        """
        path = self._download() if self.is_url else pathlib.Path(self.source)
        if not path.is_file():
            raise ValueError(
                "A file of weights must exist, or be a URL. "
                f"Received: {str(path)!r}"
            )
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.sha256:
            if self.is_url:
                # Its name holds the hash that it lacks: it is of nobody else.
                path.unlink()
            raise ValueError(
                "The file of weights must have the SHA-256 hash "
                f"{self.sha256}. Received: {str(path)!r} of {digest}"
                + (", which was removed" if self.is_url else "")
            )
        return path

    def _download(self):
        name = f"{self.sha256}.weights"
        try:
            path = keras.utils.get_file(name, self.source, cache_subdir=SUBDIR)
        except Exception as error:  # Keras raises no narrower one.
            raise OSError(
                f"The file of weights could not be downloaded: {error}. "
                "Without a net, fetch it elsewhere, and pass its path in place "
                "of the URL or put it into the cache of Keras, which is "
                f"~/.keras by default, as `{SUBDIR}/{name}`. "
                f"Received: {self.source!r}"
            ) from error
        return pathlib.Path(path)
