from keras_generative.models.adversarial_model import AdversarialModel
from keras_generative.models.autoencoder import Autoencoder
from keras_generative.models.gan import GAN
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.models.vae import VAE
