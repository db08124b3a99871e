"""How convolutions of networks that translate images are normalized."""

from keras import layers


def instance_normalized(x):
    """Each feature map of each image with mean 0 and deviation 1.

    A pixel alone would become 0, whatever it was, and is left as it is
    (Isola et al., 2017, https://arxiv.org/abs/1611.07004, appendix 6.1).
    """
    if x.shape[1:3] == (1, 1):
        return x
    return layers.GroupNormalization(groups=-1, axis=-1, epsilon=1e-5)(x)
