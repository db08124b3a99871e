"""What latents follow: to draw new ones from, and to say how likely one is."""

from keras_generative.priors.gaussian_mixture import GaussianMixture
from keras_generative.priors.prior import Prior
from keras_generative.priors.standard_normal import StandardNormal
