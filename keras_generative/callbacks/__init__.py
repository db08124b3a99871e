"""Callbacks for `fit`: pictures, logs and figures, annealing, backups."""

from keras_generative.callbacks.backup_and_restore import BackupAndRestore
from keras_generative.callbacks.beta_warmup import BetaWarmup
from keras_generative.callbacks.doctor import Doctor
from keras_generative.callbacks.generative_evaluator import GenerativeEvaluator
from keras_generative.callbacks.latent_plot_logger import LatentPlotLogger
from keras_generative.callbacks.picture_logger import PictureLogger
from keras_generative.callbacks.reconstruction_logger import (
    ReconstructionLogger,
)
from keras_generative.callbacks.sample_grid_logger import SampleGridLogger
from keras_generative.callbacks.scalar_logger import ScalarLogger
from keras_generative.callbacks.tensorboard_logger import TensorBoardLogger
from keras_generative.callbacks.translation_logger import TranslationLogger
from keras_generative.callbacks.wandb_checkpoint import WandbCheckpoint
from keras_generative.callbacks.wandb_logger import WandbLogger
