import os
import pathlib
import warnings

import keras
import numpy as np
import pytest
from PIL import Image
from PIL import ImageSequence

from keras_generative.callbacks import PictureLogger
from keras_generative.writers import FilmWriter
from keras_generative.writers import gif_film


def make_picture(level=0, height=6, width=5):
    return np.full((height, width, 3), level, "uint8")


def frames(path):
    """The pictures of a film, as Pillow reads them."""
    with Image.open(path) as film:
        return [
            np.array(frame.convert("RGB"))
            for frame in ImageSequence.Iterator(film)
        ]


def levels(path):
    return [int(frame[0, 0, 0]) for frame in frames(path)]


def milliseconds(path):
    with Image.open(path) as film:
        return [f.info["duration"] for f in ImageSequence.Iterator(film)]


def film(path, steps, **kwargs):
    """Films pictures as bright as their steps, with a writer of its own."""
    writer = FilmWriter(path, **kwargs)
    for step in steps:
        writer.write("a", make_picture(step), step)
    return path / "a.gif"


class TestFrames:
    def test_pictures_are_kept_as_they_are(self, tmp_path):
        pictures = np.random.default_rng(0).integers(
            0, 256, (3, 15, 16, 3), "uint8"
        )
        pictures[1, :8] = 7  # Fewer colours.
        pictures[2] = [[0, 0, 0], [255, 0, 0]] * 8  # Two.
        writer = FilmWriter(tmp_path)
        for step, picture in enumerate(pictures):
            writer.write("a", picture, step)
        np.testing.assert_array_equal(frames(tmp_path / "a.gif"), pictures)

    def test_many_colours_are_dithered(self, tmp_path):
        ramp = 20 + 3 * np.arange(64, dtype="uint8")
        picture = np.zeros((64, 64, 3), "uint8")
        picture[..., 0], picture[..., 1] = ramp, ramp[:, None]
        picture[..., 2] = ramp[::-1]
        picture[:, 48:] = 255  # As behind a figure.
        FilmWriter(tmp_path).write("a", picture, 1)
        (frame,) = frames(tmp_path / "a.gif")

        def blurred(x):
            return x.reshape(8, 8, 8, 8, 3).mean(axis=(1, 3))

        difference = blurred(frame.astype(float)) - blurred(picture)
        assert np.abs(difference[:, :6]).max() < 1
        assert frame[:, 50:].min() >= 254

    def test_each_frame_lasts_and_the_last_one_longer(self, tmp_path):
        path = film(tmp_path / "1", [1, 2, 3])
        assert milliseconds(path) == [200, 200, 2000]
        path = film(
            tmp_path / "2", [1, 2], seconds_per_frame=0.05, seconds_at_end=1
        )
        assert milliseconds(path) == [50, 1000]
        # Also of a film that is continued.
        film(tmp_path / "2", [3])
        assert milliseconds(path) == [200, 200, 2000]

    def test_it_plays_for_ever(self, tmp_path):
        with Image.open(film(tmp_path, [1, 2])) as image:
            assert image.info["loop"] == 0

    def test_other_sizes_are_brought_to_the_first(self, tmp_path):
        writer = FilmWriter(tmp_path)
        writer.write("a", make_picture(0, 10, 20), 1)
        writer.write("a", make_picture(0, 20, 20), 2)
        writer.write("a", make_picture(0, 5, 10), 3)
        first, second, third = frames(tmp_path / "a.gif")
        assert second.shape == (10, 20, 3)
        beside = [row[0] for row in (second[0, :5], second[0, 15:])]
        np.testing.assert_array_equal(beside, np.full((2, 3), 255))
        assert (second[:, 5:15] == 0).all()
        np.testing.assert_array_equal(third, first)

    def test_no_more_than_a_frame_is_in_memory(self, tmp_path):
        path = film(tmp_path, [])
        writer = FilmWriter(tmp_path)
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), "uint8")
        for step in range(20):
            writer.write("a", noise, step)
        read = []

        class Watched:
            def read(self, count):
                read.append(count)
                return file.read(count)

        with open(path, "rb") as file:
            _, images = gif_film.read(Watched())
            assert len(list(images)) == 20
        assert max(read) < path.stat().st_size / 19


class TestPath:
    @pytest.mark.parametrize(
        "path, file",
        [
            ("films", "films/a/b.gif"),
            ("{name}.gif", "a/b.gif"),
            ("films/{name}/film.GIF", "films/a/b/film.GIF"),
            ("films/film.gif", "films/film.gif"),
        ],
    )
    def test_path(self, tmp_path, path, file):
        FilmWriter(tmp_path / path).write("a/b", make_picture(), 1)
        files = [p for p in tmp_path.rglob("*") if p.is_file()]
        assert files == [tmp_path / file]

    def test_each_name_has_a_film(self, tmp_path):
        writer = FilmWriter(str(tmp_path))
        for step in (1, 2):
            writer.write("a", make_picture(step), step)
            writer.write("b", make_picture(10 * step), step)
        assert levels(tmp_path / "a.gif") == [1, 2]
        assert levels(tmp_path / "b.gif") == [10, 20]

    def test_one_file_is_of_one_name(self, tmp_path):
        path = tmp_path / "film.gif"
        writer = FilmWriter(path)
        writer.write("a", make_picture(1), 1)
        with pytest.raises(ValueError, match="folder.*names 'a' and 'b'"):
            writer.write("b", make_picture(2), 1)
        writer.write("a", make_picture(3), 2)
        assert levels(path) == [1, 3]

    @pytest.mark.parametrize("name", ["../x", "a/../../x", "/tmp/x", "\0"])
    @pytest.mark.parametrize("path", ["films", "films/{name}/film.gif"])
    def test_names_do_not_lead_out_of_the_folder(self, tmp_path, path, name):
        with pytest.raises(ValueError, match="Received: name="):
            FilmWriter(tmp_path / path).write(name, make_picture(), 1)
        assert not list(tmp_path.rglob("*"))

    def test_wrong_arguments(self):
        for path in ("film.mp4", pathlib.Path("film.png"), "runs/v1.2"):
            with pytest.raises(ValueError, match="`.gif`.*Received: path="):
                FilmWriter(path)
        for name in ("seconds_per_frame", "seconds_at_end"):
            for value in (0, -1, 0.01, 1000, None, "1"):
                with pytest.raises(ValueError, match=f"Received: {name}="):
                    FilmWriter("films", **{name: value})


class TestRuns:
    @pytest.mark.filterwarnings("error")
    def test_a_resumed_run_goes_on(self, tmp_path):
        film(tmp_path, [2, 4])
        assert levels(film(tmp_path, [6, 8])) == [2, 4, 6, 8]

    def test_frames_that_are_drawn_again_are_replaced(self, tmp_path):
        path = film(tmp_path, [2, 4, 6])
        writer = FilmWriter(tmp_path)
        with pytest.warns(UserWarning, match="films over.*a.gif") as caught:
            writer.write("a", make_picture(44), 4)
        assert levels(path) == [2, 44]
        with pytest.warns(UserWarning, match="films over"):
            film(tmp_path, [4])
        writer.write("a", make_picture(3), 3)  # The second time, in silence.
        assert len(caught) == 1 and levels(path) == [2, 3]

    def test_a_new_run_begins_a_new_film(self, tmp_path):
        path = film(tmp_path, [1, 2, 3])
        with pytest.warns(UserWarning, match="films over") as caught:
            writer = FilmWriter(tmp_path)
            for step in (1, 2):
                writer.write("a", make_picture(9, 7, 8), step)
        assert len(caught) == 1
        assert [f.shape for f in frames(path)] == [(7, 8, 3)] * 2

    @pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff" * 100])
    @pytest.mark.filterwarnings("ignore:`FilmWriter` films over")
    def test_another_file_is_replaced(self, tmp_path, content):
        (tmp_path / "a.gif").write_bytes(content)
        assert levels(film(tmp_path, [1, 2])) == [1, 2]

    def test_a_gif_of_another_is_replaced_with_a_warning(self, tmp_path):
        Image.new("RGB", (6, 5)).save(tmp_path / "a.gif")
        with pytest.warns(UserWarning, match="films over"):
            film(tmp_path, [3])
        assert levels(tmp_path / "a.gif") == [3]

    def test_what_is_whole_of_a_damaged_film_is_kept(self, tmp_path):
        path = film(tmp_path, [1, 2, 3])
        content = path.read_bytes()
        size = (len(content) - gif_film.HEAD.size - 1) // 3
        cuts = {1: [1, 2, 3], 2: [1, 2], size: [1, 2], size + 2: [1]}
        for cut, kept in cuts.items():
            path.write_bytes(content[:-cut])
            film(tmp_path, [9])
            assert levels(path) == [*kept, 9]

    def test_a_failed_write_leaves_the_film(self, tmp_path, monkeypatch):
        path = film(tmp_path, [1, 2])
        before = path.read_bytes()

        def no_room(*args, **kwargs):
            raise OSError("disk full")

        monkeypatch.setattr(os, "replace", no_room)
        with pytest.raises(OSError, match="disk full"):
            film(tmp_path, [3])
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_it_is_readable_after_each_picture(self, tmp_path):
        writer = FilmWriter(tmp_path)
        for step in range(1, 4):
            writer.write("a", make_picture(step), step)
            assert levels(tmp_path / "a.gif") == list(range(1, step + 1))


class Blank(PictureLogger):
    def draw(self, model):
        return {"blank": make_picture(5)}


def fit(callback):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mean_squared_error")
    x = np.zeros((4, 2), "float32")
    model.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[callback])


def test_a_film_of_a_training(tmp_path):
    fit(Blank(writers=[FilmWriter(tmp_path)]))
    # Equal frames are frames.
    assert levels(tmp_path / "blank.gif") == [5, 5, 5]


def test_a_failing_disk_warns_and_training_goes_on(tmp_path):
    (tmp_path / "films").write_text("a file where the folder should be")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(Blank(writers=[FilmWriter(tmp_path / "films")]))
    said = [str(w.message) for w in caught if "FilmWriter" in str(w.message)]
    assert len(said) == 1 and "could not write with `FilmWriter`" in said[0]
