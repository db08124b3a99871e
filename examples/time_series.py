"""A GAN of series: waves in two channels, or series of your own.

    python examples/time_series.py
    python examples/time_series.py --dataset series.npy --epochs 200

A file holds an array of shape (num_series, length, channels), the length a
multiple of 4. Writes series of the same noise along the way, the curves of
the training and the trained model to `--output`, and to Weights & Biases by
`--wandb PROJECT`.
"""

import argparse
import pathlib

import keras
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import keras_generative as kg


def main(args):
    series = waves() if args.dataset == "waves" else np.load(args.dataset)
    # Channels of mean 0 and deviation 1, and a tenth to compare with.
    series = (series - series.mean((0, 1))) / series.std((0, 1))
    x_test, x_train = np.split(series.astype("float32"), [len(series) // 10])
    shape = series.shape[1:]

    # Nothing bounds the numbers: the generator ends in no activation.
    generator = kg.networks.conv1d_generator(args.latent_dim, shape)
    discriminator = kg.networks.conv1d_discriminator(shape)
    model = kg.models.GAN(generator, discriminator, args.latent_dim)
    rate = keras.optimizers.schedules.ExponentialDecay(2e-3, 5_000, 0.5)
    model.compile(
        generator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        discriminator_optimizer=keras.optimizers.Adam(rate, beta_1=0.0),
        penalties=[kg.losses.R1Penalty(weight=0.1)],
    )
    writers, loggers = [kg.writers.DiskWriter(args.output)], []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    pictures = SeriesLogger(max(1, args.epochs // 10), writers=writers)
    arguments = {"epochs": args.epochs, "batch_size": args.batch_size}
    history = model.fit(x_train, callbacks=[*loggers, pictures], **arguments)
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)
    path = args.output / "time_series.keras"
    model.save(path)

    distances, made = [], model.generate(len(x_test), seed=0)
    for x in (made, x_train[: len(x_test)]):
        metric = kg.metrics.SlicedWasserstein()
        metric.update_state(x_test, x)
        distances.append(f"{metric.result():.3f}")
    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    ours, floor = distances
    print(f"sliced Wasserstein distance: {ours}, of real series {floor}")


class SeriesLogger(kg.callbacks.PictureLogger):
    """A picture of one's own is one method."""

    def draw(self, model):
        figure = Figure((12, 4), layout="constrained")
        panels = figure.subplots(2, 6, sharex=True, sharey=True)
        for axes, one in zip(panels.flat, model.generate(12, seed=0)):
            axes.plot(one)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return {"series": np.array(canvas.buffer_rgba())[..., :3]}


def waves(num_series=5000, length=64):
    """Sine and cosine, each pair of a random size, frequency and phase."""
    size, cycles, phase = np.random.default_rng(0).uniform(
        [[0.5], [1.0], [0.0]], [[1.0], [4.0], [1.0]], (3, num_series)
    )[..., None]
    angle = 2 * np.pi * (phase + cycles * np.linspace(0, 1, length))
    return size[..., None] * np.stack([np.sin(angle), np.cos(angle)], axis=-1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="waves")
    parser.add_argument("--latent-dim", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/time_series"
    )
    main(parser.parse_args())
