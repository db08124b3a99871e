"""Quality of samples of GANs against seconds of training.

    python benchmarks/gan_quality.py mnist.npz --seconds 24 60 120 300

Our DCGAN, with the settings of its example, a WGAN-GP, and a hinge GAN whose
samples are made with averages of the weights, against the networks and
the loop of the classic Keras GAN collection written by hand in torch; each
from each of the seeds. Quality is the Frechet distance between 10,000 samples
and the test images, in the features of a small classifier that is trained
first, from a seed of its own, and which says how the samples share out among
the classes. Neither its training nor the scoring is on the clock, and neither
is the first step, which compiles. `--steps` asks after steps instead.
"""

import argparse
import time

import keras
import numpy as np
from classic_dcgan import Classic
from sample_score import Score

import keras_generative as kg

NUM_SAMPLES = 10_000


class Clock:
    """Counts steps and seconds, and stands still while samples are scored.

    Args:
        limits: List of seconds, or of steps, after which to score.
        in_steps: Boolean, whether these are steps.
        score: Function of `(images, seconds, steps)`.
    """

    def __init__(self, limits, in_steps, score):
        self.limits = sorted(limits)
        self.in_steps = in_steps
        self.score = score
        self.steps = -1  # The first one compiles.

    def step(self, sample, wait=lambda: None):
        """Says whether the step that was just taken is the last."""
        self.steps += 1
        if self.steps == 0:
            wait()
            self.start = time.perf_counter()
        elif self.passed() >= self.limits[0]:
            wait()
            seconds = time.perf_counter() - self.start
            self.score(sample(NUM_SAMPLES), seconds, self.steps)
            self.limits.pop(0)
            self.start = time.perf_counter() - seconds
        return not self.limits

    def passed(self):
        if self.in_steps:
            return self.steps
        return time.perf_counter() - self.start


class Ours:
    """`GAN.fit`, with the networks of the example."""

    ema = False

    def __init__(self, images, batch_size, seed):
        keras.utils.set_random_seed(seed)
        shape = images.shape[1:]
        self.model = kg.models.GAN(
            kg.networks.dcgan_generator(64, shape),
            kg.networks.dcgan_discriminator(shape),
            latent_dim=64,
        )
        self.model.compile(**self.arguments())
        self.images = images
        self.batch_size = batch_size

    def arguments(self):
        """What `compile` is given."""
        raise NotImplementedError

    def train(self, clock):
        self.model.fit(
            self.images,
            epochs=10**6,
            batch_size=self.batch_size,
            verbose=0,
            callbacks=[Watch(clock, self.sample)],
        )

    def sample(self, num_images):
        return self.model.generate(num_images, seed=0, ema=self.ema)


class Watch(keras.callbacks.Callback):
    """Tells the clock of each step of `fit`, and ends it after the last."""

    def __init__(self, clock, sample):
        super().__init__()
        self.clock = clock
        self.sample = sample

    def on_train_batch_end(self, batch, logs=None):
        if self.clock.step(self.sample, self.wait):
            self.model.stop_training = True

    def wait(self):
        """JAX may still be at work on the step."""
        int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))


class DCGAN(Ours):
    """The settings of `examples/dcgan.py`."""

    penalties = (kg.losses.R1Penalty(weight=1.0),)

    def arguments(self):
        rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
        return {**adams(rate), "penalties": self.penalties}


class DCGANWithoutPenalty(DCGAN):
    """The same without its gradient penalty."""

    penalties = ()


class WGANGP(Ours):
    """`examples/wgan_gp.py`, with the larger rate of the DCGAN."""

    # With the constant rate of 1e-3 of the example the distance of one seed was
    # 28.8 with `--steps 800`, with this one 19.2, with `beta_2=0.999` 21.1 and
    # with two steps of the critic 40.5. With 5e-4 the distances were 49.0 and
    # 16.8 after 500 and 1,500 steps, with 1e-3 39.9 and 15.8.

    def arguments(self):
        rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
        return {
            **adams(rate, beta_2=0.9),
            "loss": "wasserstein",
            "penalties": ["gradient_penalty"],
            "discriminator_steps": 5,
        }


class HingeEMA(Ours):
    """The hinge loss, and samples from averages of the weights."""

    # Distances with `--steps 1500 4000` on MNIST, of one seed:
    #
    #     momentum of averages 0.99             9.5   5.3
    #     0.995                                10.5   6.1
    #     0.999                                39.9   5.7
    #     0.99, and an R1 weight of 0.1        10.8   7.2
    #     0.995, 0.1, and a constant rate 1e-3 17.8   9.0
    #
    # The weights themselves, with `ema = False`, had 9.9 to 13.5 and 5.9 to 7.1
    # in the first three. Averages of 0.999 hold the first weights for long.

    ema = True

    def arguments(self):
        rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 10_000, 0.5)
        return {
            **adams(rate, use_ema=True, ema_momentum=0.99),
            "loss": "hinge",
            "penalties": [kg.losses.R1Penalty(weight=1.0)],
        }


def adams(rate, **kwargs):
    """The optimizers of the two players, without momentum."""
    return {
        f"{player}_optimizer": keras.optimizers.Adam(rate, beta_1=0.0, **kwargs)
        for player in ("generator", "discriminator")
    }


CONTENDERS = {
    "dcgan": DCGAN,
    "dcgan_without_penalty": DCGANWithoutPenalty,
    "wgan_gp": WGANGP,
    "hinge_ema": HingeEMA,
    "classic": Classic,
}


def run(name, seed, images, score, args):
    """Trains a contender, and returns its distances after each limit."""
    distances = []

    def report(samples, seconds, steps):
        distance, shares = score(samples)
        distances.append(distance)
        print(
            f"{name}, seed {seed}: {seconds:.0f} s, {steps} steps, "
            f"{steps * args.batch_size / seconds:.0f} images/s, "
            f"distance {distance:.1f}, "
            f"classes {' '.join(f'{100 * s:.1f}' for s in shares)} %",
            flush=True,
        )

    keras.config.set_dtype_policy(args.policy)
    contender = CONTENDERS[name](images, args.batch_size, seed)
    keras.config.set_dtype_policy("float32")
    limits = args.steps or args.seconds
    contender.train(Clock(limits, bool(args.steps), report))
    return distances


def main(args):
    train, test = kg.datasets.load(args.dataset, (-1, 1))
    score = Score(train, test, args.classifier_seed)
    unit = "steps" if args.steps else "s"
    for name in args.contenders:
        rows = [run(name, seed, train[0], score, args) for seed in args.seeds]
        limits = sorted(args.steps or args.seconds)
        for limit, distances in zip(limits, np.transpose(rows)):
            print(
                f"{name}, {limit:g} {unit}: distance {distances.mean():.1f}, "
                f"from {distances.min():.1f} to {distances.max():.1f}",
                flush=True,
            )


def add_arguments(parser):
    parser.add_argument("dataset")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--policy", default="float32", help="of our networks")
    parser.add_argument("--seconds", type=float, nargs="+", default=[24, 60])
    parser.add_argument("--steps", type=int, nargs="+", help="not --seconds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--classifier-seed", type=int, default=0)
    parser.add_argument(
        "--contenders", nargs="+", choices=CONTENDERS, default=[*CONTENDERS]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_arguments(parser)
    main(parser.parse_args())
