import keras

from keras_generative.layers.diff_color import DiffColor
from keras_generative.layers.diff_cutout import DiffCutout
from keras_generative.layers.diff_translation import DiffTranslation
from keras_generative.utils.validation import check_seed
from keras_generative.utils.validation import check_value_range


def diff_augment(value_range=(-1, 1), seed=None):
    """The augmenter of DiffAugment: colour, translation and cutout.

    Emptied pixels take the middle of the value range, the paper's 0 in
    [-1, 1]. Other strengths, or fewer layers, are a `keras.Sequential` of
    `DiffColor`, `DiffTranslation` and `DiffCutout`.

    Args:
        value_range: Pair of numbers, the values of black and of full
            brightness. Defaults to `(-1, 1)`.
        seed: Integer or `None`, for the noise.

    Returns:
        `keras.Sequential` of the three layers, for images of any size.

    Raises:
        ValueError: If an argument is none of the above.

    Example:

    >>> model = GAN(generator, discriminator, 64, augmenter=diff_augment())

    Reference:

    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), algorithm 1.
    """
    low, high = check_value_range(value_range)
    seed = check_seed(seed, optional=True)
    # Of one seed, all three would draw the same numbers.
    seeds = [None if seed is None else seed + i for i in range(3)]
    fill_value = (low + high) / 2
    return keras.Sequential(
        [
            DiffColor(value_range=value_range, seed=seeds[0]),
            DiffTranslation(fill_value=fill_value, seed=seeds[1]),
            DiffCutout(fill_value=fill_value, seed=seeds[2]),
        ],
        name="diff_augment",
    )
