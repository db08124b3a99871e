import functools
import hashlib

import keras
import pytest

from keras_generative.features import FIDInception
from keras_generative.features.checked_file import checked_file

CONTENT = b"numbers"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of Keras of its own."""
    get_file = functools.partial(keras.utils.get_file, cache_dir=str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", get_file)
    return tmp_path


@pytest.fixture
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("server") / "weights.pth"
    path.write_bytes(CONTENT)
    return path


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_url_is_downloaded_once(source, cache):
    path = checked_file(source.as_uri(), DIGEST)
    assert files(cache) == [path]
    source.unlink()
    assert checked_file(source.as_uri(), DIGEST) == path
    assert path.read_bytes() == CONTENT


def test_a_file_stays_where_it_is(source, cache):
    assert checked_file(source, DIGEST) == source
    assert files(cache) == []


def test_without_a_net(source, cache):
    url = source.as_uri()
    source.unlink()
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        checked_file(url, DIGEST)
    assert url in str(caught.value)
    # Put where it says, the file is found.
    place = str(caught.value).split("`")[1]
    assert files(cache) == []
    (cache / place).write_bytes(CONTENT)
    assert checked_file(url, DIGEST) == cache / place


def test_a_wrong_hash_leaves_nothing(source, cache):
    with pytest.raises(ValueError, match="SHA-256 hash 0000.*was removed"):
        FIDInception(weights=source.as_uri(), sha256=64 * "0")
    assert files(cache) == []
    # What is the user's own is left alone.
    with pytest.raises(ValueError, match="SHA-256 hash 6726825d"):
        FIDInception(weights=source)
    assert source.read_bytes() == CONTENT


def test_faults(source, tmp_path):
    with pytest.raises(ValueError, match="must exist"):
        FIDInception(weights=tmp_path / "absent.pth")
    with pytest.raises(ValueError, match="Received: outputs='logits'"):
        FIDInception("logits")
    with pytest.raises(ValueError, match="could not be read"):
        FIDInception(weights=source, sha256=DIGEST)
