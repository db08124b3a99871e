import numpy as np
import pytest

from keras_generative.callbacks.symptoms import ModeCollapse
from keras_generative.callbacks.symptoms.mode_collapse import mean_distance


class Generator:
    """A model that makes the images it is told to."""

    def __init__(self, *samples):
        self.samples = list(samples)

    def generate(self, num_images, seed):
        assert seed is not None
        samples = self.samples.pop(0)
        assert len(samples) == num_images
        return samples


def images(count=10, scale=1.0):
    generator = np.random.default_rng(0)
    return scale * generator.normal(size=(count, 3, 3, 2)).astype("float32")


def test_mean_distance():
    x = images()
    pairs = [
        np.linalg.norm(x[i] - x[j])
        for i in range(10)
        for j in range(10)
        if i != j
    ]
    assert mean_distance(x) == pytest.approx(np.mean(pairs))
    assert mean_distance(x[:1].repeat(4, axis=0)) == pytest.approx(0, abs=1e-6)


def test_equal_data_has_no_diversity():
    model = Generator(images())
    data = np.ones((10, 3, 3, 2), "float32")
    assert ModeCollapse(data).examine(model, {}) == ({}, {})


def test_samples_of_any_rank():
    model = Generator(0.5 * images()[:, 0, 0])
    figures, _ = ModeCollapse(images()[:, 0, 0]).examine(model, {})
    assert figures == {"diversity": pytest.approx(0.5)}


def test_diversity_is_relative_to_that_of_the_data():
    model = Generator(images(scale=0.5))
    figures, complaints = ModeCollapse(images()).examine(model, {})
    assert figures == {"diversity": pytest.approx(0.5)}
    assert complaints == {}


def test_silence_while_diversity_rises():
    scales = [0.1, 0.12, 0.15, 0.15, 0.16, 0.17, 0.16]
    model = Generator(*(images(scale=scale) for scale in scales))
    symptom = ModeCollapse(images())
    found = [bool(symptom.examine(model, {})[1]) for _ in scales]
    # 0.16 is less than a tenth above 0.15, and 0.17 more.
    assert found == [False, False, False, True, True, False, True]


def test_classes_covered():
    # Classes 0 to 3 are 40, 30, 20 and 10 % of the data.
    data = images(100)
    labels = np.repeat([0, 1, 2, 3], [40, 30, 20, 10])
    samples = images(100, scale=0.9)
    # 5 % are enough of class 0, and 2 % too few of class 1.
    sampled = np.repeat([0, 1, 2, 4], [5, 2, 89, 4])
    labels = {float(data.sum()): labels, float(samples.sum()): sampled}

    def classifier(images):
        return np.eye(5)[labels[float(images.sum())]]

    symptom = ModeCollapse(data, classifier)
    figures, _ = symptom.examine(Generator(samples), {})
    assert figures["classes_covered"] == 2
    assert symptom.count_classes(samples) == (2, 4)


def test_silence_about_classes_while_diversity_rises():
    # As a young VAE of digits: one class for long, of ever more shapes.
    scales = [0.3, 0.4, 0.5, 0.5]
    model = Generator(*(images(scale=scale) for scale in scales))
    calls = []

    def classifier(images):
        calls.append(len(images))
        several = np.abs(images).max() > 2.0  # The data alone.
        return np.eye(10)[np.arange(10) if several else np.zeros(10, int)]

    symptom = ModeCollapse(images(), classifier)
    found = [bool(symptom.examine(model, {})[1]) for _ in scales]
    assert found == [False, False, False, True]
    # The data is looked at once.
    assert len(calls) == 1 + len(scales)


def test_silence_about_samples_that_are_nan():
    # That is another symptom, and NaN has no class.
    model = Generator(*(np.full_like(images(), np.nan) for _ in range(2)))
    symptom = ModeCollapse(images(), lambda x: np.eye(10))
    for _ in range(2):
        figures, complaints = symptom.examine(model, {})
        assert figures == {} and complaints == {}


def test_many_images_are_sampled_evenly():
    data = np.arange(2000.0).reshape(-1, 1, 1, 1)
    looked_at = ModeCollapse(data).data.ravel()
    assert len(looked_at) == 500
    assert looked_at[0] == 0 and looked_at[-1] == 1999
    assert set(np.diff(looked_at)) <= {4.0, 5.0}
