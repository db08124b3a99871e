import ctypes
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Tiny networks: compiling them well takes far longer than running them.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
# Nor do they gain from threads, which the workers would only fight over.
os.environ.setdefault("OMP_NUM_THREADS", "1")
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    # Many tests compile the same networks. What is compiled here is found by
    # the other tests, workers and scripts, and goes with this process.
    compiled = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = compiled.name
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"

import keras
import pytest

from keras_generative import backend

SLOW = {
    "backup_and_restore_test",
    "distribution_test",
    "examples_test",
    "exchange_test",
    "long_run_test",
    "notebook_test",
    "precision_test",
}
# Of glibc, where that is what Python runs on.
malloc_trim = getattr(ctypes.pythonapi, "malloc_trim", None)


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "xla: leave it to the models where to compile with XLA, as users do",
    )


def pytest_xdist_auto_num_workers(config):
    """Two workers for each processor, so that none waits for what one awaits.

    More of them also keep less each of what compiling leaves behind. A few
    files alone are quicker done than workers start.
    """
    paths = [pathlib.Path(arg.split("::")[0]) for arg in config.args]
    return 0 if all(path.is_file() for path in paths) else 2 * os.cpu_count()


def pytest_collection_modifyitems(items):
    """Files that take minutes first, lest one worker ends long after others."""
    items.sort(key=lambda item: item.path.stem not in SLOW)


@pytest.fixture(autouse=True)
def fixed_seed():
    keras.utils.set_random_seed(1)


@pytest.fixture(autouse=True)
def no_xla_by_default(request, monkeypatch):
    """Lest TensorFlow compiles, and keeps, each dense network of each test.

    It takes nearly thrice the time, and keeps about 30 MB a model.
    """
    if not request.node.get_closest_marker("xla"):
        monkeypatch.setattr(backend, "keras_avoids_xla", lambda: False)


@pytest.fixture(autouse=True)
def return_freed_memory():
    """Lest a worker keeps what the compilers of frameworks have let go."""
    yield
    if malloc_trim:
        malloc_trim(0)


@pytest.fixture(autouse=True, scope="module")
def forget_compiled_functions():
    """Lest a worker keeps what each of its modules has compiled."""
    yield
    if keras.config.backend() == "jax":
        import jax

        jax.clear_caches()
    keras.utils.clear_session()  # It collects garbage, too.
