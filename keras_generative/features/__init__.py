"""Networks in whose features images are compared."""

from keras_generative.features.digit_classifier import DigitClassifier
from keras_generative.features.feature_network import FeatureNetwork
from keras_generative.features.fid_inception import FIDInception
from keras_generative.features.keras_application import KerasApplication
from keras_generative.features.resizing import resize
