"""What diffusion and flow-matching models are made of."""

from keras_generative.diffusion.couplings import Coupling
from keras_generative.diffusion.couplings import OptimalTransport
from keras_generative.diffusion.predictions import EpsilonPrediction
from keras_generative.diffusion.predictions import Prediction
from keras_generative.diffusion.predictions import VelocityPrediction
from keras_generative.diffusion.predictions import VPrediction
from keras_generative.diffusion.predictions import X0Prediction
from keras_generative.diffusion.samplers import DDIM
from keras_generative.diffusion.samplers import DDPM
from keras_generative.diffusion.samplers import DPMSolver
from keras_generative.diffusion.samplers import Heun
from keras_generative.diffusion.samplers import Sampler
from keras_generative.diffusion.schedules import CosineSchedule
from keras_generative.diffusion.schedules import EDMSchedule
from keras_generative.diffusion.schedules import LinearSchedule
from keras_generative.diffusion.schedules import Schedule
from keras_generative.diffusion.weightings import MinSNRWeighting
from keras_generative.diffusion.weightings import UniformWeighting
from keras_generative.diffusion.weightings import Weighting
