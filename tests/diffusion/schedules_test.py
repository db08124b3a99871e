import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.diffusion import CosineSchedule
from keras_generative.diffusion import EDMSchedule
from keras_generative.diffusion import LinearSchedule
from keras_generative.diffusion.schedules import schedules

TIMES = np.linspace(0.01, 0.99, 9).astype("float32")


def of(function, times=TIMES):
    return ops.convert_to_numpy(function(ops.convert_to_tensor(times)))


@pytest.mark.parametrize("name", sorted(schedules.classes))
def test_samples_become_noise(name):
    schedule = schedules.get(name)
    times = np.linspace(0, 1, 11).astype("float32")
    alpha, sigma = of(schedule.alpha, times), of(schedule.sigma, times)
    assert (np.diff(alpha) < 0).all() and (np.diff(sigma) > 0).all()
    np.testing.assert_allclose([alpha[0], sigma[-1]], 1.0, atol=1e-3)
    assert max(alpha[-1], sigma[0]) < 0.02
    expected = np.log((alpha[1:-1] / sigma[1:-1]) ** 2)
    log_snr = of(schedule.log_snr, times[1:-1])
    np.testing.assert_allclose(log_snr, expected, rtol=1e-4, atol=1e-5)


def test_the_cosine_is_that_of_the_papers_between_its_bounds():
    schedule = CosineSchedule(max_log_snr=30.0)
    expected = -2 * np.log(np.tan(np.pi / 2 * TIMES))
    np.testing.assert_allclose(of(schedule.log_snr), expected, atol=1e-3)
    ends = of(CosineSchedule(10.0).log_snr, np.array([0, 1], "float32"))
    np.testing.assert_allclose(ends, [10, -10], rtol=1e-4)
    total = of(schedule.alpha) ** 2 + of(schedule.sigma) ** 2
    np.testing.assert_allclose(total, 1, rtol=1e-6)


def test_the_line():
    np.testing.assert_allclose(of(LinearSchedule().alpha), 1 - TIMES)
    np.testing.assert_allclose(of(LinearSchedule().sigma), TIMES)


def test_edm_has_the_steps_of_the_paper():
    """Equation 5, from the largest noise to the smallest."""
    num_steps = 18
    i = np.arange(num_steps)
    roots = np.array([0.002, 80.0]) ** (1 / 7)
    s = (roots[1] + i / (num_steps - 1) * (roots[0] - roots[1])) ** 7
    times = (1 - i / (num_steps - 1)).astype("float32")
    schedule = EDMSchedule()
    alpha, sigma = of(schedule.alpha, times), of(schedule.sigma, times)
    np.testing.assert_allclose(sigma / alpha, s, rtol=1e-3)
    np.testing.assert_allclose(alpha**2 + sigma**2, 1, rtol=1e-5)


def test_edm_learns_from_log_normal_noise():
    schedule = EDMSchedule(mean=-0.5, deviation=0.7)
    uniform = (np.arange(10_000) + 0.5) / 10_000
    times = of(schedule.training_times, uniform.astype("float32"))
    logs = np.log(of(schedule.noise_deviation, times))
    np.testing.assert_allclose(logs.mean(), -0.5, atol=1e-3)
    np.testing.assert_allclose(logs.std(), 0.7, rtol=1e-3)
    ends = of(schedule.training_times, np.array([0, 1], "float32"))
    np.testing.assert_array_equal(ends, [0, 1])


@pytest.mark.parametrize(
    "schedule",
    [CosineSchedule(7.0), LinearSchedule(), EDMSchedule(0.01, 50, 5, -1, 2)],
    ids=lambda schedule: type(schedule).__name__,
)
def test_config_round_trip(schedule):
    config = keras.saving.serialize_keras_object(schedule)
    loaded = schedules.get(config)
    assert type(loaded) is type(schedule)
    assert loaded.get_config() == schedule.get_config()


def test_bad_arguments():
    for make in (
        lambda: CosineSchedule(0.0),
        lambda: CosineSchedule("10"),
        lambda: EDMSchedule(sigma_min=0.0),
        lambda: EDMSchedule(sigma_min=2.0, sigma_max=1.0),
        lambda: EDMSchedule(rho=-1),
        lambda: EDMSchedule(deviation=0),
    ):
        with pytest.raises(ValueError, match="must be a finite.*Received"):
            make()
    with pytest.raises(ValueError, match="Unknown schedule.*cosine.*'sine'"):
        schedules.get("sine")
