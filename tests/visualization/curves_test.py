import keras
import numpy as np
import pytest

from keras_generative.visualization import plot_history
from tests.test_case import make_compiled
from tests.test_case import make_images
from tests.visualization.latents_test import pyplot_was_not_used

BLUE, ORANGE = (31, 119, 180), (255, 127, 14)  # Training, validation.
GREEN, PURPLE = (44, 160, 44), (148, 103, 189)  # Two logs in one panel.


def positions(picture, color):
    """Rows and columns of the pixels of a colour."""
    return np.nonzero((np.abs(picture.astype(int) - color) <= 2).all(axis=-1))


def has(picture, color):
    return len(positions(picture, color)[0]) > 0


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_history_of_every_model(name):
    history = make_compiled(name).fit(
        make_images(), epochs=2, validation_data=(make_images(8),), verbose=0
    )
    picture = plot_history(history)
    num_panels = len(history.history) / 2
    rows = np.ceil(num_panels / 3)
    assert picture.dtype == "uint8"
    assert picture.shape == (300 * rows, 400 * min(num_panels, 3), 3)
    assert has(picture, BLUE) and has(picture, ORANGE)
    assert pyplot_was_not_used()
    np.testing.assert_array_equal(picture, plot_history(history.history))


def test_validation_is_in_the_panel_of_its_log():
    logs = {"loss": [2.0, 1.0], "kl_loss": [1.0, 2.0], "val_loss": [3.0, 2.0]}
    picture = plot_history(logs)
    assert picture.shape == (300, 800, 3)
    first, second = picture[:, :400], picture[:, 400:]
    assert has(first, BLUE) and has(first, ORANGE)
    assert has(second, BLUE) and not has(second, ORANGE)


@pytest.mark.parametrize(
    "first, second",
    [("discriminator_loss", "generator_loss"), ("real_score", "fake_score")],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_logs_of_two_players_share_a_panel(first, second, swapped):
    logs = {first: [1.0, 1.0], second: [3.0, 3.0]}
    logs = dict(sorted(logs.items(), reverse=swapped))
    picture = plot_history({"loss": [1.0, 2.0], **logs, "x": [1.0, 1.0]})
    assert picture.shape == (300, 1200, 3)
    panel = picture[:, 400:800]
    assert not has(panel, BLUE)
    # Constants over each other, in one scale.
    heights = [curve_row(panel, color) for color in (GREEN, PURPLE)]
    assert heights[0] > heights[1] + 100
    for panel in (picture[:, :400], picture[:, 800:]):
        assert has(panel, BLUE) and not has(panel, GREEN)


def curve_row(picture, color):
    rows, _ = positions(picture, color)
    return np.bincount(rows).argmax()


def test_validation_of_two_players_is_dashed():
    losses = {"discriminator_loss": [1.0] * 30, "generator_loss": [3.0] * 30}
    picture = plot_history({**losses, "val_generator_loss": [2.0] * 30})
    assert picture.shape == (300, 400, 3) and not has(picture, ORANGE)
    rows, _ = positions(picture, PURPLE)
    counts = np.bincount(rows)
    middle = round((curve_row(picture, GREEN) + curve_row(picture, PURPLE)) / 2)
    dashes = counts[middle - 3 : middle + 4].max()
    assert 0.4 < dashes / counts.max() < 0.9


def test_the_log_of_one_player_is_as_any():
    picture = plot_history({"generator_loss": [1.0, 2.0]})
    assert has(picture, BLUE) and not has(picture, PURPLE)


def test_loss_comes_first():
    logs = {"kl_loss": [1.0, 1.0], "loss": [1.0, 2.0]}
    again = {"loss": [1.0, 2.0], "kl_loss": [1.0, 1.0]}
    np.testing.assert_array_equal(plot_history(logs), plot_history(again))


def test_curve_rises_with_its_values():
    rows, columns = positions(plot_history({"loss": [0.0, 1.0]}), BLUE)
    assert rows[columns.argmin()] > rows[columns.argmax()]


def test_fewer_validations_than_epochs():
    """With `validation_freq=2` of epochs 1 to 4, those of 2 and 4."""
    picture = plot_history({"loss": [0.0] * 4, "val_loss": [1.0] * 2})
    (start, end), (first, last) = (level(picture, c) for c in (BLUE, ORANGE))
    assert first - start == pytest.approx((end - start) / 3, abs=2)
    assert last == pytest.approx(end, abs=1)


def level(picture, color):
    """The ends of a horizontal curve, which is longer than its legend."""
    rows, columns = positions(picture, color)
    columns = columns[rows == np.bincount(rows).argmax()]
    return columns.min(), columns.max()


def test_values_that_are_not_finite_are_left_out():
    picture = plot_history({"loss": [1.0, np.nan, 2.0, np.inf, 1.5]})
    assert has(picture, BLUE)
    assert not has(plot_history({"loss": [np.nan]}), BLUE)


def test_a_resumed_run_begins_at_its_epoch():
    history = keras.callbacks.History()
    history.history, history.epoch = {"loss": [2.0, 1.0]}, [6, 7]
    picture = plot_history(history)
    assert (picture != plot_history(history.history)).any()
    history.epoch = [0, 1]
    np.testing.assert_array_equal(
        plot_history(history), plot_history(history.history)
    )


@pytest.mark.parametrize(
    "history",
    [{}, None, [1.0], {"loss": []}, {"loss": 1.0}, {"loss": ["a"]}],
    ids=str,
)
def test_wrong_history(history):
    with pytest.raises(ValueError, match="`history`.*Received: history="):
        plot_history(history)


def test_logs_without_names():
    with pytest.raises(ValueError, match="`history`.*Received: history="):
        plot_history({3: [1.0]})
