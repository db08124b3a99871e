"""How good a saved model is: a table, and pictures to look at.

    python examples/evaluate.py output/vae/vae.keras
    python examples/evaluate.py output/dcgan/dcgan.keras --dataset mnist

Compares generated with test images, and these with their reconstructions,
whichever the model makes. Writes samples, the training images nearest to them,
ways between images, poor reconstructions and precision over recall, too.
"""

import argparse
import pathlib

import keras
import numpy as np

import keras_generative as kg


def main(args):
    model = keras.models.load_model(args.model)
    # What our networks end in: tanh of a generator, sigmoid of a decoder.
    default = (-1, 1) if hasattr(model, "generator") else (0, 1)
    span = args.value_range or default
    (train, _), (test, _) = kg.datasets.load(args.dataset, span)
    real, metrics, views = test[: args.num_images], [], {}
    if model.prior is not None:  # A plain autoencoder has none.
        # The second is downloaded, once.
        networks = {1: kg.features.DigitClassifier, 3: kg.features.FIDInception}
        network = networks[real.shape[-1]]
        features = network(value_range=span)
        classes = network("probabilities", value_range=span)
        metrics += [
            kg.metrics.FrechetDistance(features),
            kg.metrics.KernelDistance(features),
            kg.metrics.PrecisionRecall(features),
            kg.metrics.DensityCoverage(features),
            kg.metrics.InceptionScore(classes),
            kg.metrics.SlicedWasserstein(),
        ]
        fake = model.generate(len(real), seed=0)
        few = fake[:20]
        views["samples"] = kg.visualization.image_grid(few, 10, span)
        # A model that has learnt images by heart shows here.
        pairs = few, train[nearest_rows(few, train)]
        views["nearest"] = kg.visualization.reconstruction_grid(*pairs, span)
        views["precision_recall"] = precision_recall(features, real, fake)
    if hasattr(model, "reconstruct"):
        metrics.append(kg.metrics.PSNR(span))
        if min(real.shape[1:3]) >= 11:  # It looks through a window of 11x11.
            metrics.append(kg.metrics.SSIM(span))
        again = model.reconstruct(real)
        worst = np.argsort(np.square(real - again).mean((1, 2, 3)))[-10:]
        errors = kg.visualization.error_grid(real[worst], again[worst], span)
        views["worst_reconstructions"] = errors
    views["ways"] = kg.visualization.image_grid(ways(model, real), 10, span)
    for name, picture in views.items():
        kg.writers.DiskWriter(args.output).write(name, picture, 0)
    evaluator = kg.callbacks.GenerativeEvaluator(metrics, real)
    for name, figure in evaluator.evaluate(model).items():
        print(f"{name:<48}{figure:>10.4f}")
    print(f"Of {len(real)} images. Pictures are in {args.output.resolve()}")


def ways(model, images):
    """Five times ten images, on the way from one to another."""
    if hasattr(model, "encode"):
        z, decode = model.encode(images[:10]), model.decode
    else:
        z = np.random.default_rng(0).normal(size=(10, model.latent_dim))
        decode = model.generator.predict_on_batch
    return decode(kg.visualization.latent_interpolation_points(z[:5], z[5:]))


def nearest_rows(images, others):
    """For each image, which other one has the least squared distance."""
    a, b = (x.reshape(len(x), -1) for x in (images, others))
    return np.argmin(np.square(b).sum(axis=1) - 2 * a @ b.T, axis=1)


def precision_recall(features, real, fake):
    """Points for balls that reach to the k-th neighbour."""
    real, fake, points = features(real), features(fake), {}
    for k in (1, 3, 5, 10):
        metric = kg.metrics.PrecisionRecall(num_neighbors=k)
        metric.update_state(real, fake)
        points[f"k = {k}"] = list(metric.result().values())
    return kg.visualization.plot_precision_recall(points)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a `.keras` file")
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--value-range", type=float, nargs=2)
    parser.add_argument("--num-images", type=int, default=10000)
    parser.add_argument(
        "--output", type=pathlib.Path, default="output/evaluate"
    )
    main(parser.parse_args())
