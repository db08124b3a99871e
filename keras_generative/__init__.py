"""Generative models for Keras 3, trained with `model.fit`."""

from keras_generative import callbacks
from keras_generative import datasets
from keras_generative import diffusion
from keras_generative import features
from keras_generative import layers
from keras_generative import losses
from keras_generative import metrics
from keras_generative import models
from keras_generative import networks
from keras_generative import optimizers
from keras_generative import priors
from keras_generative import visualization
from keras_generative import writers
from keras_generative.version import __version__
