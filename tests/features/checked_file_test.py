import hashlib
import shutil

import keras
import numpy as np
import pytest

from keras_generative.features import FIDInception
from keras_generative.features.checked_file import CheckedFile

CONTENT = b"numbers"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
URL = "https://weights.example/files/weights.pth"
IMAGES = np.zeros((1, 8, 8, 3), "float32")


class Server:
    """What stands at the URL, and how often it was asked for."""

    def __init__(self, cache):
        self.content = CONTENT
        self.requests = 0
        self.cache = cache

    def get_file(self, name, origin, cache_subdir):
        assert origin == URL
        path = self.cache / cache_subdir / name
        if not path.exists():
            self.requests += 1
            if self.content is None:
                raise OSError("no net")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(self.content)
        return str(path)


@pytest.fixture
def server(tmp_path, monkeypatch):
    server = Server(tmp_path / "cache")
    server.cache.mkdir()
    monkeypatch.setattr(keras.utils, "get_file", server.get_file)
    return server


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(CONTENT)
    return path


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_url_is_downloaded_once_and_when_used(server):
    file = CheckedFile(URL, DIGEST.upper())
    assert server.requests == 0
    path = file.path()
    assert files(server.cache) == [path]
    assert path.read_bytes() == CONTENT
    assert CheckedFile(URL, DIGEST).path() == path
    assert server.requests == 1


def test_a_file_stays_where_it_is(source, server):
    assert CheckedFile(source, DIGEST).path() == source
    assert files(server.cache) == []


def test_without_a_net(server):
    server.content = None
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        CheckedFile(URL, DIGEST).path()
    assert URL in str(caught.value)
    # Put where it says, the file is found.
    place = server.cache / str(caught.value).split("`")[1]
    place.parent.mkdir()
    place.write_bytes(CONTENT)
    assert CheckedFile(URL, DIGEST).path() == place


def test_a_wrong_hash_leaves_nothing(source, server):
    wrong = FIDInception(weights=URL, sha256=64 * "0")
    with pytest.raises(ValueError, match="SHA-256 hash 0000.*was removed"):
        wrong(IMAGES)
    assert files(server.cache) == []
    # What is the user's own is left alone.
    with pytest.raises(ValueError, match="SHA-256 hash 6726825d"):
        FIDInception(weights=source)(IMAGES)
    assert source.read_bytes() == CONTENT


def test_a_hash_that_begins_alike_removes_nothing_of_another(server):
    genuine = CheckedFile(URL, DIGEST).path()
    crafted = DIGEST[:63] + ("0" if DIGEST[63] != "0" else "1")
    with pytest.raises(ValueError, match="which was removed"):
        CheckedFile(URL, crafted).path()
    assert files(server.cache) == [genuine]
    # Nor does what somebody else serves take its place.
    server.content = b"other numbers"
    assert CheckedFile(URL, DIGEST).path().read_bytes() == CONTENT


@pytest.mark.parametrize("url", ["http://a.b/c", "ftp://a.b/c", "file:///c"])
def test_other_ways_than_https(url):
    with pytest.raises(ValueError, match="'https://'. Received: weights="):
        FIDInception(weights=url)


@pytest.mark.parametrize("sha256", [None, "", DIGEST[:8], "../" + DIGEST[3:]])
def test_what_is_no_hash(sha256):
    with pytest.raises(ValueError, match="64 hexadecimal.*Received: sha256="):
        FIDInception(sha256=sha256)


def test_faults(source, tmp_path):
    with pytest.raises(ValueError, match="must exist"):
        FIDInception(weights=tmp_path / "absent.pth")(IMAGES)
    with pytest.raises(ValueError, match="Received: outputs='logits'"):
        FIDInception("logits")
    with pytest.raises(ValueError, match="could not be read"):
        FIDInception(weights=source, sha256=DIGEST)(IMAGES)


def test_keras_puts_downloads_where_the_error_says(tmp_path, monkeypatch):
    """The arguments are those of the real function."""
    get_file, origin = keras.utils.get_file, tmp_path / "origin"
    origin.write_bytes(CONTENT)

    def from_disk(name, url, **kwargs):
        kwargs["cache_dir"] = str(tmp_path)
        return get_file(name, origin.as_uri(), **kwargs)

    monkeypatch.setattr(keras.utils, "get_file", from_disk)
    path = CheckedFile(URL, DIGEST).path()
    assert path == tmp_path / "keras_generative" / f"{DIGEST}.weights"
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("weights", [3, None])
def test_what_is_no_path(weights):
    with pytest.raises(ValueError, match="`weights`.*Received: weights="):
        FIDInception(weights=weights)
