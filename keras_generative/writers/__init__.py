"""Where pictures go. A writer is anything with `write(name, image, step)`."""

from keras_generative.writers.defaults import default_writers
from keras_generative.writers.disk_writer import DiskWriter
from keras_generative.writers.film_writer import FilmWriter
from keras_generative.writers.memory_writer import MemoryWriter
from keras_generative.writers.notebook_writer import NotebookWriter
from keras_generative.writers.tensorboard_writer import TensorBoardWriter
from keras_generative.writers.wandb_writer import WandbWriter
