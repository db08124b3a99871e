import hashlib
import pathlib

import keras

SUBDIR = "keras_generative"  # Of Keras' cache.


def checked_file(source, sha256):
    """The path of a local file, or of a download, that has a hash.

    Args:
        source: String or path of a file, or a URL. What is downloaded stays in
            Keras' cache.
        sha256: String, the hash in hexadecimal digits.

    Returns:
        `pathlib.Path`.

    Raises:
        ValueError: If there is no such file or it has another hash. A
            download is removed then, and begun anew by the next call.
        OSError: If the download fails.
    """
    is_url = "://" in str(source)
    if is_url:
        # Of two files of one name, neither takes the place of the other.
        name = f"{sha256[:8]}_{str(source).rsplit('/', 1)[-1]}"
        try:
            source = keras.utils.get_file(name, source, cache_subdir=SUBDIR)
        except Exception as error:  # Keras raises no narrower one.
            raise OSError(
                f"The file of weights could not be downloaded: {error}. "
                "Without a net, fetch it elsewhere, and pass its path in place "
                "of the URL or put it into the cache of Keras, which is "
                f"~/.keras by default, as `{SUBDIR}/{name}`. "
                f"Received: {source!r}"
            ) from error
    path = pathlib.Path(source)
    if not path.is_file():
        raise ValueError(
            "A file of weights must exist, or be a URL. "
            f"Received: {str(path)!r}"
        )
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        if is_url:
            path.unlink()
        raise ValueError(
            f"The file of weights must have the SHA-256 hash {sha256}. "
            f"Received: {str(path)!r} of {digest}"
            + (", which was removed" if is_url else "")
        )
    return path
