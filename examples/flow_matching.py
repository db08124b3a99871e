"""Flow matching of points in the plane: two moons, made of noise.

    python examples/flow_matching.py
    python examples/flow_matching.py --dataset circles --coupling none

Writes points that are made along the way, beside those of the data, the
curves of the training and the trained model to `--output`, and to Weights &
Biases by `--wandb PROJECT`.
"""

import argparse
import pathlib

import keras
import numpy as np
from sklearn import datasets

import keras_generative as kg

SHAPES = {"circles": datasets.make_circles, "moons": datasets.make_moons}
NUM_POINTS = 4000


def main(args):
    x, _ = SHAPES[args.dataset](2 * NUM_POINTS, noise=0.05, random_state=0)
    x = ((x - x.mean(0)) / x.std(0)).astype("float32")
    x_test, x_train = np.split(x, 2)

    coupling = None if args.coupling == "none" else args.coupling
    network = kg.networks.mlp_denoiser((2,), (128, 128, 128))
    model = kg.models.FlowMatching(network, coupling)
    # By moving averages of the weights, as without an optimizer of one's own.
    num_steps = args.epochs * -(-len(x_train) // args.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, num_steps)
    model.compile(keras.optimizers.Adam(rate, use_ema=True))

    writers, loggers = [kg.writers.DiskWriter(args.output)], []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    every = max(1, args.epochs // 10)
    history = model.fit(
        x_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[*loggers, PointLogger(x_test[:1000], every, writers)],
    )
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("history", curves, args.epochs)
    path = args.output / "flow_matching.keras"
    model.save(path)

    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    results = [f"{distance(x_test, x_train):.3f} for the data"]
    for steps in (2, 5, 50):
        made = model.generate(NUM_POINTS, seed=0, steps=steps, sampler="euler")
        results.append(f"{distance(x_test, made):.3f} after {steps} steps")
    print(f"sliced Wasserstein distance: {', '.join(results)}")


class PointLogger(kg.callbacks.PictureLogger):
    """Draws points that a model makes, over those of the data."""

    def __init__(self, data, every_n_epochs, writers):
        super().__init__(every_n_epochs, writers=writers)
        self.data = data

    def draw(self, model):
        made = model.generate(len(self.data), seed=0, steps=20)
        names = np.repeat(["data", "made"], len(made))
        points = np.concatenate([self.data, made])
        return {"samples": kg.visualization.latent_scatter(points, names)}


def distance(x, y):
    metric = kg.metrics.SlicedWasserstein()
    metric.update_state(x, y)
    return float(metric.result())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=SHAPES, default="moons")
    parser.add_argument("--coupling", default="optimal_transport")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/flow_matching"
    )
    main(parser.parse_args())
