"""What can go wrong in training, each with the figures by which it is seen.

An illness is an object with one method, `examine(model, logs)`. It returns a
dict of figures for the logs, and a dict of complaints, each an advice by the
name of what is wrong. Its `patience` is how many times in a row that must be
found before it is said.
"""

from keras_generative.callbacks.illnesses.data_range import DataRange
from keras_generative.callbacks.illnesses.discriminator import Discriminator
from keras_generative.callbacks.illnesses.gradients import Gradients
from keras_generative.callbacks.illnesses.mode_collapse import ModeCollapse
from keras_generative.callbacks.illnesses.not_finite import NotFinite
from keras_generative.callbacks.illnesses.posterior import Posterior
