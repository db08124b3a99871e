"""A diffusion model of digits that is told which, and how strongly.

    python examples/diffusion.py
    python examples/diffusion.py --dataset mnist --epochs 20

Writes new digits of each class along the way, the same with more and more
guidance, the curves of the training and the trained model to `--output`. With
`--wandb PROJECT` logs and pictures go to Weights & Biases, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg

GUIDANCE = (0.0, 1.0, 2.0, 4.0)


def main(args):
    (x_train, y_train), _ = kg.datasets.load(args.dataset, value_range=(-1, 1))
    num_classes = int(y_train.max()) + 1
    network = kg.networks.unet(
        x_train.shape[1:], (16, 32, 64), num_classes=num_classes
    )
    # Samples are clipped to the range.
    model = kg.models.Diffusion(network, value_range=(-1, 1))
    model.compile(keras.optimizers.Adam(1e-3, use_ema=True))

    writers, loggers = [kg.writers.DiskWriter(args.output)], []
    if args.wandb:
        import wandb

        # Logs and pictures go to a run of Weights & Biases, too.
        wandb.init(project=args.wandb)
        loggers.append(kg.callbacks.WandbLogger())
        writers.append(kg.writers.WandbWriter())
    samples = kg.callbacks.SampleGridLogger(
        8 * num_classes,
        every_n_epochs=max(1, args.epochs // 5),
        writers=writers,
    )
    history = model.fit(
        x_train,
        y_train,
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=[*loggers, samples],
    )

    # A row for each guidance, a column for each class, of the same noise.
    labels = np.arange(num_classes)
    rows = [
        model.generate(num_classes, labels, seed=0, guidance=guidance)
        for guidance in GUIDANCE
    ]
    names = [f"{guidance:g}" for guidance in GUIDANCE]
    guided = kg.visualization.image_grid(
        np.concatenate(rows), num_classes, (-1, 1), names
    )
    curves = kg.visualization.plot_history(history)
    for writer in writers:
        writer.write("guidance", guided, args.epochs)
        writer.write("history", curves, args.epochs)
    path = args.output / "diffusion.keras"
    model.save(path)

    print(f"Pictures and {path.name} are in {args.output.resolve()}")
    print(f"loss in the last epoch: {history.history['loss'][-1]:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--wandb", metavar="PROJECT")
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/diffusion"
    )
    main(parser.parse_args())
