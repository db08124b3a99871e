import io
import itertools
import pathlib
import warnings

from keras_generative.utils import validation
from keras_generative.utils.whole_file import whole_file
from keras_generative.writers import gif_film
from keras_generative.writers.file_names import path_within
from keras_generative.writers.pictures import check_picture

NAME = "{name}"


class FilmWriter:
    """Makes a film of a training: an animated GIF of the pictures of a name.

    Each picture is appended to the film, which is whole at any moment and
    has the size of its first picture. Frames are in the order of their
    steps: a picture takes the place of an earlier run's at its step and
    after it. So a run that is resumed goes on with its film, and one that
    begins anew begins a new film, the first time with a warning.

    Args:
        path: String or path, where `{name}` stands for the name of the
            pictures: `"films/{name}.gif"`. A path without a suffix is a
            folder of such files, and one without `{name}` a film of the
            pictures of a single name.
        seconds_per_frame: Number from 0.02 to 600. Defaults to `0.2`.
        seconds_at_end: Number from 0.02 to 600, how long the last frame is
            shown before the film begins again. Defaults to `2.0`.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> writers = [DiskWriter("pictures"), FilmWriter("films")]
    >>> model.fit(x, callbacks=[SampleGridLogger(writers=writers)])
    >>> # films/samples.gif
    """

    def __init__(self, path, seconds_per_frame=0.2, seconds_at_end=2.0):
        self.path = _check_path(path)
        self.seconds_per_frame = validation.check_number(
            seconds_per_frame, "seconds_per_frame", 0.02, 600
        )
        self.seconds_at_end = validation.check_number(
            seconds_at_end, "seconds_at_end", 0.02, 600
        )
        self._name = None
        self._warned = False

    def write(self, name, image, step):
        """Appends one picture to the film of that name.

        Args:
            name: String. A `/` in it makes a folder.
            image: uint8 array of shape (height, width, 3).
            step: Integer.

        Raises:
            ValueError: If an argument is none of the above, if the name leads
                out of the directory, or if the film is of pictures of another
                name.
        """
        check_picture(image, step)
        path = self._path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            with _opened(path) as old, open(unfinished, "wb") as new:
                self._extend(old, new, image, step)
                # What was not read gives way.
                if old.read(1):
                    self._warn(path)

    def _extend(self, old, new, picture, step):
        size, frames = gif_film.read(old)
        frames = itertools.takewhile(lambda frame: frame[0] < step, frames)
        first = list(itertools.islice(frames, 1))
        if not first:
            size = picture.shape[1::-1]
        new.write(gif_film.head(size))
        for earlier_step, image in itertools.chain(first, frames):
            new.write(
                gif_film.frame(earlier_step, image, self.seconds_per_frame)
            )
        image = gif_film.encode(picture, size)
        new.write(gif_film.frame(step, image, self.seconds_at_end))
        new.write(gif_film.END)

    def _path_of(self, name):
        if NAME not in str(self.path):
            self._check_only(name)
        # A name may not lead out of the folder that is there without it.
        parts = self.path.parts
        is_fixed = [NAME not in part for part in parts[:-1]] + [False]
        fixed = is_fixed.index(False)
        file_name = "/".join(parts[fixed:]).replace(NAME, str(name))
        return path_within(pathlib.Path(*parts[:fixed]), file_name, name)

    def _check_only(self, name):
        if self._name not in (None, name):
            raise ValueError(
                "Pictures of several names are as many films, for which the "
                "argument `path` must be a folder or hold `{name}`, as in "
                "`FilmWriter('films/{name}.gif')`. Received: "
                f"path='{self.path}', names {self._name!r} and {name!r}"
            )
        self._name = name

    def _warn(self, path):
        if self._warned:
            return
        self._warned = True
        warnings.warn(
            "`FilmWriter` films over frames of an earlier run or another "
            "callback. To keep them, give each a film of its own, as in "
            "`writers=[FilmWriter('films/2')]`. This warning is not repeated. "
            f"Received: '{path}'",
            stacklevel=3,
        )


def _opened(path):
    return open(path, "rb") if path.exists() else io.BytesIO()


def _check_path(path):
    """Returns the path with `{name}` and suffix, or raises."""
    path = pathlib.Path(validation.check_path(path, "path"))
    if path.suffix == "":
        return path / f"{NAME}.gif"
    if path.suffix.lower() != ".gif":
        raise ValueError(
            "Argument `path` must be a folder, whose name has no dot, or a "
            "path that ends in `.gif`, with `{name}` for the name of the "
            f"pictures. Received: path='{path}'"
        )
    return path
