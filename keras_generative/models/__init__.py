from keras_generative.models.autoencoder import Autoencoder
from keras_generative.models.gan import GAN
from keras_generative.models.vae import VAE
