"""Functions that return networks, plain functional Keras models."""

from keras_generative.networks.conv import conv_decoder
from keras_generative.networks.conv import conv_encoder
from keras_generative.networks.conv1d import conv1d_decoder
from keras_generative.networks.conv1d import conv1d_discriminator
from keras_generative.networks.conv1d import conv1d_encoder
from keras_generative.networks.conv1d import conv1d_generator
from keras_generative.networks.dcgan import dcgan_discriminator
from keras_generative.networks.dcgan import dcgan_generator
from keras_generative.networks.dit import dit
from keras_generative.networks.joint import joint_discriminator
from keras_generative.networks.mlp import mlp_decoder
from keras_generative.networks.mlp import mlp_discriminator
from keras_generative.networks.mlp import mlp_encoder
from keras_generative.networks.mlp import mlp_generator
from keras_generative.networks.mlp_denoiser import mlp_denoiser
from keras_generative.networks.patch_discriminator import patch_discriminator
from keras_generative.networks.residual import residual_discriminator
from keras_generative.networks.residual import residual_generator
from keras_generative.networks.resnet_generator import resnet_generator
from keras_generative.networks.unet import unet
from keras_generative.networks.unet import unet1d
from keras_generative.networks.unet_generator import unet_generator
