import math

# In `benchmarks/doctor.py` a healthy discriminator gets 99 % right in one epoch
# of many, with a loss of 0.65. One that has won has losses of 1e-6 to 0.06,
# and gets 98 % or more right in nearly all epochs.
WON_ACCURACY = 0.98
WON_LOSS = 0.1


class Discriminator:
    """A discriminator that has won or lost the game.

    It has won if it takes nearly all images for what they are and has next to
    nothing left to learn, or if its mean scores of real images and fakes are
    further apart than images can be: by 2 in each value, in [-1, 1]. So far
    the critic of a WGAN, whose loss is negative, must not go. It has lost if
    it scores fakes higher.
    """

    patience = 3

    def examine(self, model, logs):
        if not {"real_score", "fake_score"} <= set(logs):
            return {}, {}
        gap = float(logs["real_score"]) - float(logs["fake_score"])
        figures = {"score_gap": gap}
        accuracy = float(logs["discriminator_accuracy"])
        loss = float(logs["discriminator_loss"])
        largest_gap = 2.0 * math.sqrt(math.prod(model.image_shape))
        if gap > largest_gap or (
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
