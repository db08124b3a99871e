"""The adapter of the backend that Keras runs on."""

import keras

if keras.config.backend() == "tensorflow":
    from keras_generative.backend.tensorflow_backend import *  # noqa: F403
elif keras.config.backend() == "jax":
    from keras_generative.backend.jax_backend import *  # noqa: F403
elif keras.config.backend() == "torch":
    from keras_generative.backend.torch_backend import *  # noqa: F403
else:
    raise ImportError(
        "keras_generative trains on the Keras backends 'tensorflow', 'jax' "
        f"and 'torch'. Received: backend={keras.config.backend()!r}"
    )
