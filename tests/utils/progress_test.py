import threading

import keras
import numpy as np
import pytest

from keras_generative import datasets
from keras_generative.utils import progress as progress_module
from keras_generative.utils.progress import hidden
from keras_generative.utils.progress import progress
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import make_compiled
from tests.test_case import make_images

MANY = np.zeros((5000, *IMAGE_SHAPE), "float32")  # 20 batches of 256.


@pytest.fixture
def bars(monkeypatch):
    """The bars that are made: their targets, units and last updates."""
    made = []

    class Bar(keras.utils.Progbar):
        def __init__(self, target, verbose, unit_name):
            super().__init__(target, verbose=verbose, unit_name=unit_name)
            self.updates = []
            made.append(self)

        def update(self, current):
            super().update(current)
            self.updates.append(current)

    monkeypatch.setattr(progress_module.keras.utils, "Progbar", Bar)
    return made


def test_bar_counts_what_has_been_dealt_with(bars):
    dealt_with = []
    for item in progress("abc", verbose=1, unit_name="letter"):
        assert not bars or len(bars[0].updates) == len(dealt_with)
        dealt_with.append(item)
    (bar,) = bars
    assert dealt_with == ["a", "b", "c"] and bar.updates == [1, 2, 3]
    assert (bar.target, bar.unit_name) == (3, "letter")


@pytest.mark.parametrize(
    "count, verbose, expected",
    [(19, "auto", 0), (20, "auto", 1), (20, 0, 0), (20, False, 0)]
    + [(2, 1, 1), (2, True, 1), (2, 2, 1)],
)
def test_when_there_is_a_bar(bars, count, verbose, expected):
    assert list(progress(range(count), verbose)) == list(range(count))
    assert len(bars) == expected


def test_hidden(bars):
    with hidden():
        with hidden():
            pass
        list(progress(range(20)))
        assert bars == []
    list(progress(range(20)))
    assert len(bars) == 1


def test_hidden_in_its_own_thread_alone(bars):
    with hidden():
        thread = threading.Thread(target=lambda: list(progress(range(20))))
        thread.start()
        thread.join()
    assert len(bars) == 1


CALLS = {
    "encode": ("vae", lambda model, **kw: model.encode(MANY, **kw)),
    "reconstruct": ("vae", lambda model, **kw: model.reconstruct(MANY, **kw)),
    "decode": (
        "autoencoder",
        lambda model, **kw: model.decode(np.zeros((5000, LATENT_DIM)), **kw),
    ),
    "generate": ("vae", lambda model, **kw: model.generate(5000, **kw)),
    "generate of a GAN": (
        "gan",
        lambda model, **kw: model.generate(5000, **kw),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_long_calls_show_a_bar_outside_of_fit(bars, name):
    kind, call = CALLS[name]
    model, num_bars = make_compiled(kind), 2 if name == "reconstruct" else 1
    call(model, verbose=0)
    callback = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: call(model)
    )
    model.fit(make_images(8), verbose=0, callbacks=[callback])
    assert bars == []
    call(model)
    assert [bar.target for bar in bars] == [20] * num_bars


def test_bar_is_that_of_keras(capsys):
    make_compiled("vae").generate(5000)
    assert "20/20" in capsys.readouterr().out


@pytest.mark.parametrize("verbose, expected", [(0, 0), (1, 1), ("auto", 0)])
def test_reading_of_a_folder(bars, tmp_path, verbose, expected):
    from PIL import Image

    for index in range(4):
        Image.new("L", (4, 4)).save(tmp_path / f"{index}.png")
    datasets.load(tmp_path, verbose=verbose)
    assert [bar.unit_name for bar in bars] == ["file"] * expected


def test_wrong_verbose():
    with pytest.raises(ValueError, match="Received: verbose='loud'"):
        make_compiled("vae").generate(1, verbose="loud")


@pytest.mark.parametrize("verbose", [np.zeros(3), [1], None, 0.5, 3, "yes"])
def test_verbose_of_no_kind(verbose):
    with pytest.raises(ValueError, match="`verbose`.*Received: verbose="):
        list(progress([1], verbose))
