from keras_generative.utils import serialization
from keras_generative.utils import validation
from keras_generative.utils.lazy_module import LazyModule
