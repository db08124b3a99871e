"""How many latents does a VAE need? The same model with 2, 10 and 100.

    pip install wandb
    python examples/sweep_latent_dim.py
    python examples/sweep_latent_dim.py --dataset mnist --epochs 10

With an account (`wandb login`) this is a sweep of Weights & Biases. Without
one, the same runs are kept offline in `--output`, for `wandb sync` to send
some day. Either way `--output` gets one picture of the comparison, and the
model with the lowest test loss.
"""

import argparse
import pathlib

import keras
import matplotlib.figure
import numpy as np
import wandb

import keras_generative as kg

PROJECT = "keras_generative"
SWEEP = {
    "name": "latent_dim",
    "method": "grid",
    "metric": {"name": "val_loss", "goal": "minimize"},
    "parameters": {"latent_dim": {"values": [2, 10, 100]}},
}


def main(args):
    args.output.mkdir(parents=True, exist_ok=True)
    (x_train, _), (x_test, _) = kg.datasets.load(args.dataset)
    image_shape = x_train.shape[1:]
    models, losses = {}, {}

    def train(**run_arguments):
        # An agent of a sweep fills in the config, else it is given here.
        with wandb.init(project=PROJECT, dir=args.output, **run_arguments):
            size = wandb.config["latent_dim"]
            model = kg.models.VAE(
                kg.networks.mlp_encoder(image_shape, size, gaussian=True),
                kg.networks.mlp_decoder(size, image_shape),
            )
            model.compile(keras.optimizers.Adam(1e-3))
            history = model.fit(
                x_train,
                epochs=args.epochs,
                batch_size=args.batch_size,
                validation_data=(x_test,),
                callbacks=[kg.callbacks.WandbLogger()],
            ).history
        models[size], losses[size] = model, history["val_loss"][-1]

    if wandb.login(prompt=False, verify=False):
        sweep_id = wandb.sweep(SWEEP, project=PROJECT)
        wandb.agent(sweep_id, train, project=PROJECT)
    else:
        for size in SWEEP["parameters"]["latent_dim"]["values"]:
            config = {"latent_dim": size}
            train(config=config, group=SWEEP["name"], mode="offline")

    draw(x_test[:10], models, losses).savefig(args.output / "comparison.png")
    best = min(losses, key=losses.get)
    path = args.output / "sweep_latent_dim.keras"
    models[best].save(path)
    print(f"A picture and {path.name} are in {args.output.resolve()}")
    results = [f"{losses[size]:.1f} with {size}" for size in sorted(losses)]
    print(f"test loss in nats per image: {', '.join(results)} latents")


def draw(digits, models, losses):
    """The same digits from each model, and the test loss against the size."""
    figure = matplotlib.figure.Figure((12, 3), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    sizes = sorted(models)
    rows = [digits, *(models[size].reconstruct(digits) for size in sizes)]
    images = np.concatenate(rows)
    left.imshow(kg.visualization.image_grid(images, columns=len(digits)))
    left.set_xticks([])
    ticks = np.linspace(*left.get_ylim()[::-1], 2 * len(rows) + 1)[1::2]
    left.set_yticks(ticks, ["digits", *(f"{size} latents" for size in sizes)])
    right.plot(sizes, [losses[size] for size in sizes], marker="o")
    right.set_xscale("log")
    right.set_xticks(sizes, sizes)
    right.set_xlabel("latents")
    right.set_ylabel("test loss, nats per image")
    return figure


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/sweep_latent_dim"
    )
    main(parser.parse_args())
