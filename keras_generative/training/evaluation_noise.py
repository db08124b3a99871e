import contextlib

from keras import ops

from keras_generative import backend

# Far from the small seeds that people choose.
_FIRST_SEED = 0x5EED0000


@contextlib.contextmanager
def evaluation_noise(seed_states):
    """Lets seed generators draw the same noise each time within the context.

    Afterwards they go on as if nothing had been drawn, as does what shuffles
    the data.

    Args:
        seed_states: List of the state variables of seed generators.
    """
    values = [ops.convert_to_numpy(state) for state in seed_states]
    for index, state in enumerate(seed_states):
        state.assign([_FIRST_SEED + index, 0])
    try:
        with backend.global_noise_kept():
            yield
    finally:
        for state, value in zip(seed_states, values):
            state.assign(value)
