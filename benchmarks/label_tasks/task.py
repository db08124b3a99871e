"""What the tasks have in common: a model, its training, its figures."""

import keras
from gan_quality import Clock
from gan_quality import Watch

import keras_generative as kg


class Task:
    """A model that is trained for some seconds or steps, and then judged.

    Args:
        splits: What `kg.datasets.load` returns.
        seed: Integer.
    """

    value_range = (-1, 1)
    batch_size = 32
    seconds = (60,)

    def __init__(self, splits, seed):
        self.train, self.test = splits
        self.seed = seed
        keras.utils.set_random_seed(seed)
        self.model = self.make_model(self.train[0].shape[1:])

    def make_model(self, image_shape):
        """The model, compiled."""
        raise NotImplementedError

    def data(self):
        """What `fit` is given, by the names of its arguments."""
        x, y = self.train
        return {"x": x, "y": y, "batch_size": self.batch_size}

    def figures(self):
        """Dict of name to what is printed."""
        raise NotImplementedError

    def run(self, args, report):
        """Trains, and calls `report(seconds, steps, figures)` after each limit.

        Compiling the first step and computing the figures are not timed.
        """

        def reached(figures, seconds, steps):
            report(seconds, steps, figures)

        limits = args.steps or args.seconds or self.seconds
        clock = Clock(limits, bool(args.steps), reached)
        self.model.fit(
            **self.data(),
            epochs=10**6,
            verbose=0,
            callbacks=[Watch(clock, lambda _: self.figures())],
        )


def digit_adams(**kwargs):
    """The optimizers of `examples/dcgan.py`, which suit all of these games."""
    return {
        f"{player}_optimizer": keras.optimizers.Adam(
            keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5),
            beta_1=0.0,
            **kwargs,
        )
        for player in ("generator", "discriminator")
    }


def r1():
    return kg.losses.R1Penalty(weight=1.0)
