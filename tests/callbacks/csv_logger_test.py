"""`keras.callbacks.CSVLogger` works with every model."""

import csv

import keras
import numpy as np
import pytest

from tests.test_case import make_compiled
from tests.test_case import make_images


def fit(model, path, append=False, **kwargs):
    logger = keras.callbacks.CSVLogger(path, append=append)
    return model.fit(
        make_images(),
        batch_size=8,
        validation_data=(make_images(8),),
        verbose=0,
        callbacks=[logger],
        **kwargs,
    ).history


@pytest.mark.parametrize("name", ["autoencoder", "vae", "gan"])
def test_file_holds_the_history(name, tmp_path):
    model, path = make_compiled(name), str(tmp_path / "log.csv")
    histories = [
        fit(model, path, epochs=2),
        fit(model, path, append=True, initial_epoch=2, epochs=3),
    ]
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row.pop("epoch") for row in rows] == ["0", "1", "2"]
    for key in histories[0]:
        expected = histories[0][key] + histories[1][key]
        found = [float(row.pop(key)) for row in rows]
        np.testing.assert_allclose(found, expected)
    assert rows == [{}, {}, {}]
