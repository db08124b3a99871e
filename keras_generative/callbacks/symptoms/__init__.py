"""What can go wrong in training, each with the figures by which it is seen.

A symptom is an object with one method, `examine(model, logs)`. It returns a
dict of figures for the logs, and a dict of complaints: an advice by the name
of what is wrong. Its `patience` is how many times in a row a complaint must be
found before the `Doctor` warns of it.
"""

from keras_generative.callbacks.symptoms.data_out_of_range import DataOutOfRange
from keras_generative.callbacks.symptoms.mode_collapse import ModeCollapse
from keras_generative.callbacks.symptoms.non_finite_logs import NonFiniteLogs
from keras_generative.callbacks.symptoms.posterior_collapse import (
    PosteriorCollapse,
)
from keras_generative.callbacks.symptoms.sigmoid_discriminator import (
    SigmoidDiscriminator,
)
from keras_generative.callbacks.symptoms.unbalanced_game import UnbalancedGame
from keras_generative.callbacks.symptoms.unstable_gradients import (
    UnstableGradients,
)
