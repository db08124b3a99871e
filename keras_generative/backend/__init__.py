"""The one place that knows TensorFlow, JAX and torch.

Public is what a train step of your own needs: `train_step`, `test_step`,
`value_and_grad`, `vjp`, `input_gradient`, `minimize`, `minimize_through`,
`random_normal`, `random_uniform` and `sum_losses`. The rest serves the package
and may change.
"""

from keras_generative.backend.common import gather_replicas
from keras_generative.backend.common import minimize
from keras_generative.backend.common import minimize_through
from keras_generative.backend.common import random_normal
from keras_generative.backend.common import random_uniform
from keras_generative.backend.common import sum_losses
from keras_generative.backend.engine import Steps
from keras_generative.backend.engine import apply_gradients
from keras_generative.backend.engine import batches
from keras_generative.backend.engine import double_precision
from keras_generative.backend.engine import global_noise_kept
from keras_generative.backend.engine import input_gradient
from keras_generative.backend.engine import is_chief
from keras_generative.backend.engine import is_symbolic
from keras_generative.backend.engine import keras_avoids_xla
from keras_generative.backend.engine import num_replicas
from keras_generative.backend.engine import own_arrays
from keras_generative.backend.engine import replica_id
from keras_generative.backend.engine import replicas_of
from keras_generative.backend.engine import sum_over_replicas
from keras_generative.backend.engine import test_step
from keras_generative.backend.engine import traced
from keras_generative.backend.engine import train_step
from keras_generative.backend.engine import value_and_grad
from keras_generative.backend.engine import value_and_input_grad
from keras_generative.backend.engine import vjp
from keras_generative.backend.forward import Forward
