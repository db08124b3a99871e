"""How good a saved model is: a table, and pictures to look at.

    python examples/evaluate.py output/vae/vae.keras
    python examples/evaluate.py output/dcgan/dcgan.keras --dataset mnist

Compares test images with samples and reconstructions. Writes these, training
images nearest to samples, ways between images and precision over recall, too.
"""

import argparse
import pathlib

import keras
import numpy as np
import scipy

import keras_generative as kg


def main(args):
    model = keras.models.load_model(args.model)
    # What our networks end in: tanh of a generator, sigmoid of a decoder.
    default = (-1, 1) if hasattr(model, "generator") else (0, 1)
    span = args.value_range or default
    (train, _), (test, shown) = kg.datasets.load(args.dataset, span)
    real, metrics, views = test[: args.num_images], [], {}
    # A conditional model is asked for what the test images show.
    given = {"labels": shown[: len(real)]} if model.label_spec else {}
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
        fake = model.generate(len(real), seed=0, **given)
        few = fake[:20]
        views["samples"] = kg.visualization.image_grid(few, 10, span)
        # A model that has learnt images by heart shows here.
        rows = [x.reshape(len(x), -1) for x in (few, train)]
        nearest = scipy.spatial.distance.cdist(*rows).argmin(axis=1)
        pairs = few, train[nearest]
        views["nearest"] = kg.visualization.reconstruction_grid(*pairs, span)
        views["precision_recall"] = precision_recall(features, real, fake)
    if hasattr(model, "reconstruct"):
        metrics.append(kg.metrics.PSNR(span))
        if min(real.shape[1:3]) >= 11:  # It looks through a window of 11x11.
            metrics.append(kg.metrics.SSIM(span))
        again = model.reconstruct(real, **given)
        worst = np.argsort(np.square(real - again).mean((1, 2, 3)))[-10:]
        errors = kg.visualization.error_grid(real[worst], again[worst], span)
        views["worst_reconstructions"] = errors
    between = ways(model, real, **given)
    views["ways"] = kg.visualization.image_grid(between, 10, span)
    for name, picture in views.items():
        kg.writers.DiskWriter(args.output).write(name, picture, 0)
    evaluator = kg.callbacks.GenerativeEvaluator(metrics, real, **given)
    for name, figure in evaluator.evaluate(model).items():
        print(f"{name:<48}{figure:>10.4f}")
    print(f"Of {len(real)} images. Pictures are in {args.output.resolve()}")


def ways(model, images, **given):
    """Five times ten images, on the way from one to another of its class."""
    if hasattr(model, "encode"):
        first = {key: y[:10] for key, y in given.items()}
        z = model.encode(images[:10], **first)
    else:
        z = model.prior.sample(10, model.latent_shape, seed=0)
    points = kg.visualization.latent_interpolation_points(z[:5], z[5:])
    kept = {key: np.repeat(y[:5], 10) for key, y in given.items()}
    return model.decode(points, **kept)


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
    folder = "output/evaluate"
    parser.add_argument("--output", type=pathlib.Path, default=folder)
    main(parser.parse_args())
