from keras_generative.models.acgan import ACGAN
from keras_generative.models.adversarial_autoencoder import (
    AdversarialAutoencoder,
)
from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.models.autoencoder import Autoencoder
from keras_generative.models.bigan import BiGAN
from keras_generative.models.cycle_gan import CycleGAN
from keras_generative.models.diffusion import Diffusion
from keras_generative.models.flow_matching import FlowMatching
from keras_generative.models.gan import GAN
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.models.image_translation import ImageTranslation
from keras_generative.models.infogan import InfoGAN
from keras_generative.models.semi_supervised_gan import SemiSupervisedGAN
from keras_generative.models.vae import VAE
