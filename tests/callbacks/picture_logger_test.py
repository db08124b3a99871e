import sys
import types
import warnings

import keras
import numpy as np
import pytest

from keras_generative import backend
from keras_generative.callbacks import PictureLogger
from keras_generative.writers import DiskWriter
from keras_generative.writers import MemoryWriter
from keras_generative.writers import notebook_writer

NUM_IMAGES, BATCH_SIZE = 10, 4  # 3 steps an epoch, the last one smaller.


def fit(callbacks, epochs=2, initial_epoch=0, steps_per_execution=1, verbose=0):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(
        keras.optimizers.SGD(0.1),
        loss="mean_squared_error",
        steps_per_execution=steps_per_execution,
    )
    x = np.random.default_rng(0).normal(size=(NUM_IMAGES, 2))
    y = x.sum(axis=1, keepdims=True)
    model.fit(
        x.astype("float32"),
        y.astype("float32"),
        batch_size=BATCH_SIZE,
        epochs=epochs,
        initial_epoch=initial_epoch,
        shuffle=False,
        verbose=verbose,
        callbacks=callbacks if isinstance(callbacks, list) else [callbacks],
    )
    return model


class KernelLogger(PictureLogger):
    """Draws the kernel, as a picture whose values can be checked."""

    def draw(self, model):
        return {"kernel": keras.ops.convert_to_numpy(model.layers[0].kernel)}


class FailingLogger(PictureLogger):
    def draw(self, model):
        raise RuntimeError("no picture today")


class FailingWriter:
    def __init__(self):
        self.calls = 0

    def write(self, name, image, step):
        self.calls += 1
        raise OSError("disk full")


def drawn_steps(epochs=2, steps_per_execution=1, initial_epoch=0, **schedule):
    writer = MemoryWriter()
    callback = KernelLogger(writers=[writer], **schedule)
    fit(callback, epochs, initial_epoch, steps_per_execution)
    return [step for _, step, _ in writer.images]


class TestSchedule:
    @pytest.mark.parametrize(
        "schedule, steps",
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"every_n_epochs": 2}, [2, 4]),
            ({"every_n_steps": 1}, list(range(1, 16))),
            ({"every_n_steps": 4}, [4, 8, 12]),
            ({"every_n_steps": 16}, []),
        ],
    )
    def test_steps(self, schedule, steps):
        assert drawn_steps(epochs=5, **schedule) == steps

    @pytest.mark.skipif(
        keras.config.backend() == "torch",
        reason="Keras has no steps_per_execution on torch.",
    )
    @pytest.mark.parametrize(
        "every_n_steps, steps", [(1, [2, 3, 5, 6]), (4, [5]), (3, [3, 6])]
    )
    def test_steps_per_execution(self, every_n_steps, steps):
        # Executions of two steps end at 2 and 3, and again at 5 and 6.
        assert (
            drawn_steps(steps_per_execution=2, every_n_steps=every_n_steps)
            == steps
        )

    def test_continued_run_counts_on(self):
        assert drawn_steps(epochs=3, initial_epoch=2) == [3]
        assert drawn_steps(epochs=3, initial_epoch=2, every_n_steps=2) == [8]

    def test_second_fit_counts_on(self):
        writer = MemoryWriter()
        callback = KernelLogger(every_n_steps=3, writers=[writer])
        fit(callback)
        fit(callback)
        assert [step for _, step, _ in writer.images] == [3, 6, 9, 12]

    def test_train_loop_of_ones_own(self):
        writer = MemoryWriter()
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        callbacks = keras.callbacks.CallbackList(
            [KernelLogger(every_n_steps=2, writers=[writer])], model=model
        )
        callbacks.on_train_begin()
        for epoch in range(2):
            callbacks.on_epoch_begin(epoch)
            for batch in range(3):
                callbacks.on_train_batch_end(batch)
            callbacks.on_epoch_end(epoch)
        callbacks.on_train_end()
        assert [step for _, step, _ in writer.images] == [2, 4, 6]


def test_pictures_are_of_the_moment_and_leave_training_alone():
    by_step, at_end = MemoryWriter(), MemoryWriter()
    keras.utils.set_random_seed(1)
    model = fit(KernelLogger(every_n_steps=1, writers=[by_step]))
    keras.utils.set_random_seed(1)
    other = fit(KernelLogger(every_n_epochs=1, writers=[at_end]))
    kernels = [kernel for _, _, kernel in by_step.images]
    assert all((a != b).any() for a, b in zip(kernels, kernels[1:]))
    for trained in (model, other):
        np.testing.assert_allclose(
            kernels[-1], trained.layers[0].get_weights()[0], rtol=1e-6
        )
    np.testing.assert_allclose(kernels[2], at_end.images[0][2], rtol=1e-6)


def test_model_is_touched_only_when_due(monkeypatch):
    touched = []
    original = keras.callbacks.Callback.model

    class Watched(KernelLogger):
        @property
        def model(self):
            touched.append(True)
            return original.fget(self)

    fit(Watched(every_n_steps=3, writers=[MemoryWriter()]))
    assert len(touched) == 2


def test_all_processes_draw_and_only_the_chief_writes(monkeypatch):
    monkeypatch.setattr(backend, "is_chief", lambda: False)
    draw, drawn = KernelLogger.draw, []

    def recorded_draw(self, model):
        drawn.append(draw(self, model))
        return drawn[-1]

    monkeypatch.setattr(KernelLogger, "draw", recorded_draw)
    assert drawn_steps() == [] and len(drawn) == 2


class TestFailures:
    def test_failed_drawing_warns_once(self):
        callback = FailingLogger(every_n_steps=1, writers=[MemoryWriter()])
        with pytest.warns(UserWarning, match="no picture today") as caught:
            fit(callback)
        (message,) = [w for w in caught if "picture today" in str(w.message)]
        assert "`FailingLogger` could not draw" in str(message.message)

    def test_failed_writer_warns_once_and_others_write(self):
        failing, memory = FailingWriter(), MemoryWriter()
        callback = KernelLogger(writers=[failing, FailingWriter(), memory])
        with pytest.warns(UserWarning, match="`FailingWriter`") as caught:
            fit(callback)
        assert len([w for w in caught if "full" in str(w.message)]) == 2
        assert failing.calls == 2 and len(memory.images) == 2

    def test_interrupt_stops_training(self):
        class Interrupted(PictureLogger):
            def draw(self, model):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit(Interrupted(writers=[MemoryWriter()]))


class Dotted(PictureLogger):
    def __init__(self, name="dots", **kwargs):
        super().__init__(**kwargs)
        self.name = name

    def draw(self, model):
        return {self.name: np.zeros((4, 4, 3), "uint8")}


class TestDefaultWriters:
    def test_save_to_the_folder_pictures(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            fit(Dotted(), epochs=1)
        assert (tmp_path / "pictures" / "dots_000001.png").exists()

    def test_one_line_in_each_fit_says_where(
        self, tmp_path, monkeypatch, capsys
    ):
        monkeypatch.chdir(tmp_path)
        line = f"Pictures go to '{tmp_path / 'pictures'}'.\n"
        for epochs in (1, 2):
            fit([Dotted("a"), Dotted("b")], epochs, epochs - 1, verbose=2)
            assert capsys.readouterr().out.count(line) == 1
        fit(Dotted("c"), epochs=1, verbose=0)
        assert capsys.readouterr().out == ""
        memory = MemoryWriter()
        fit(Dotted(writers=[memory]), epochs=1, verbose=2)
        monkeypatch.setattr(backend, "is_chief", lambda: False)
        fit(Dotted("d"), epochs=1, verbose=2)
        assert "Pictures" not in capsys.readouterr().out

    def test_a_notebook_shows_the_pictures(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        shown = []
        shell = types.SimpleNamespace(kernel="a kernel")
        module = types.SimpleNamespace(
            get_ipython=lambda: shell,
            display=lambda picture, display_id: shown.append(picture),
        )
        monkeypatch.setitem(sys.modules, "IPython", module)
        monkeypatch.setattr(notebook_writer, "ipython", module)
        fit([Dotted("a"), Dotted("b")], epochs=1, verbose=2)
        assert [picture.size for picture in shown] == [(4, 4)] * 2
        assert len(list((tmp_path / "pictures").iterdir())) == 2
        assert "Pictures" not in capsys.readouterr().out
        shell.kernel = None  # In a terminal.
        fit(Dotted("c"), epochs=1, verbose=2)
        assert len(shown) == 2
        assert "Pictures go to" in capsys.readouterr().out

    def test_one_warning_where_an_earlier_fit_drew(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        fit([Dotted("a"), Dotted("b")])
        with pytest.warns(UserWarning, match="overwrites pictures") as caught:
            fit([Dotted("a"), Dotted("b")])
        assert len([w for w in caught if "overwr" in str(w.message)]) == 1


def test_wrong_arguments():
    with pytest.raises(ValueError, match="Received: every_n_epochs=1, every"):
        PictureLogger(every_n_epochs=1, every_n_steps=1)
    with pytest.raises(ValueError, match="Received: every_n_epochs=0"):
        PictureLogger(every_n_epochs=0)
    with pytest.raises(ValueError, match="Received: every_n_steps=1.5"):
        PictureLogger(every_n_steps=1.5)
    for writers in (DiskWriter("pictures"), [print]):
        with pytest.raises(ValueError, match="Received: writers="):
            PictureLogger(writers=writers)


def test_a_writer_is_no_class():
    with pytest.raises(ValueError, match="`writers`.*Received: writers="):
        PictureLogger(writers=[MemoryWriter])
