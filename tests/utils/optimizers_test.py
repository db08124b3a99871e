import keras

from keras_generative.optimizers import GradientNorm
from keras_generative.utils.optimizers import innermost


def test_innermost():
    adam = keras.optimizers.Adam()
    wrapped = keras.optimizers.LossScaleOptimizer(GradientNorm(adam))
    assert innermost(wrapped) is innermost(adam) is adam
