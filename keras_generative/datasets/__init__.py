"""Images to train on, scaled to the range a network makes."""

from keras_generative.datasets.cropped_pairs import CroppedPairs
from keras_generative.datasets.image_folder import ImageFolder
from keras_generative.datasets.load import load
from keras_generative.datasets.paired_batches import PairedBatches
from keras_generative.datasets.shuffled_batches import ShuffledBatches
from keras_generative.datasets.side_by_side_folder import SideBySideFolder
from keras_generative.datasets.unpaired_batches import UnpairedBatches
