"""Generative models for Keras 3, trained with `model.fit`."""

from keras_generative.version import __version__
