import numpy as np

from keras_generative.datasets.split import hold_out
from keras_generative.utils import LazyModule

pil_image = LazyModule("PIL.Image", pip_name="pillow")
sklearn_datasets = LazyModule("sklearn.datasets", pip_name="scikit-learn")


def load_digits():
    """Scikit-learn's digits as uint8 images of 28x28, split in two.

    E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, 1998,
    UCI Machine Learning Repository. https://doi.org/10.24432/C50P49
    """
    digits = sklearn_datasets.load_digits()
    # 8x8 counts of ink from 0 to 16. As in MNIST, a digit fills 20x20 pixels
    # amid a border of 4.
    ink = (digits.images * (255 / 16)).round().astype("uint8")
    images = np.stack([np.pad(_enlarge(image), 4) for image in ink])
    return hold_out(images, digits.target)


def _enlarge(image):
    size = (20, 20)
    enlarged = pil_image.fromarray(image).resize(
        size, pil_image.Resampling.BICUBIC
    )
    return np.asarray(enlarged)
