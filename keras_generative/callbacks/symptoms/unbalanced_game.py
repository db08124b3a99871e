import math

from keras_generative.callbacks import model_facts

# In `benchmarks/doctor.py` a healthy discriminator gets 99 % right in one epoch
# of many, with a loss of 0.65. One that has won has losses of 1e-6 to 0.06,
# and gets 98 % or more right in nearly all epochs.
WON_ACCURACY = 0.98
WON_LOSS = 0.1
LOGS = {
    "real_score",
    "fake_score",
    "discriminator_accuracy",
    "discriminator_loss",
}


class UnbalancedGame:
    """A discriminator that has won or lost the game.

    It has won if it takes nearly all images for what they are and has next to
    nothing left to learn, or if its mean scores of real images and fakes are
    further apart than images can be, which is known if the range of their
    values is. So far the critic of a WGAN, whose loss is negative, must not
    go. It has lost if it scores fakes higher.
    """

    patience = 3

    def examine(self, model, logs):
        if not LOGS <= set(logs):
            return {}, {}
        gap = float(logs["real_score"]) - float(logs["fake_score"])
        figures = {"score_gap": gap}
        accuracy = float(logs["discriminator_accuracy"])
        loss = float(logs["discriminator_loss"])
        if gap > largest_distance(model) or (
            accuracy > WON_ACCURACY and 0.0 <= loss < WON_LOSS
        ):
            return figures, {
                "a discriminator that has won": "It takes "
                f"{accuracy:.1%} of images for what they are, with mean scores "
                f"{gap:.2g} apart, and the generator cannot tell which way is "
                "better. Try a smaller learning rate for it, a penalty such "
                "as `R1Penalty` or `GradientPenalty`, or on few images "
                "an `augmenter`."
            }
        if gap <= 0.0:
            return figures, {
                "a discriminator that has lost": "It scores fakes no lower "
                f"than real images: {-gap:.2g} higher in the mean. The "
                "generator learns nothing from it. Try a larger learning rate "
                "for it or a smaller one for the generator, or more "
                "`discriminator_steps`."
            }
        return figures, {}


def largest_distance(model):
    """How far two samples of a model can be apart, infinite if unknown."""
    shape = model_facts.sample_shape(model)
    value_range = model_facts.value_range(model)
    if shape is None or value_range is None:
        return math.inf
    low, high = value_range
    return (high - low) * math.sqrt(math.prod(shape))
