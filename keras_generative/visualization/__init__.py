"""Pictures of what a model does: arrays in, uint8 RGB arrays out."""

from keras_generative.visualization.columns import image_columns
from keras_generative.visualization.curves import plot_history
from keras_generative.visualization.grids import error_grid
from keras_generative.visualization.grids import image_grid
from keras_generative.visualization.grids import reconstruction_grid
from keras_generative.visualization.interpolation import (
    latent_interpolation_points,
)
from keras_generative.visualization.latents import latent_manifold_points
from keras_generative.visualization.latents import latent_scatter
from keras_generative.visualization.precision_recall import (
    plot_precision_recall,
)
