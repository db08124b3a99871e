"""Rows of a table: a VAE and a GAN that are told the class of a row.

    python examples/tabular.py
    python examples/tabular.py --dataset wine --epochs 1000

Trains both on a table of scikit-learn, and then a classifier on the rows that
each makes: how well it does on real rows says what these are good for. Writes
real and made rows in two principal components, the curves of the trainings
and the trained models to `--output`.
"""

import argparse
import pathlib

import keras
import numpy as np
from sklearn import datasets
from sklearn import decomposition
from sklearn import linear_model
from sklearn import model_selection
from sklearn import preprocessing

import keras_generative as kg

TABLES = {
    "breast_cancer": datasets.load_breast_cancer,
    "wine": datasets.load_wine,
}
NOISE = 0.5  # How far values are from what the VAE decodes, on average.


def main(args):
    x, y = TABLES[args.dataset](return_X_y=True)
    x_train, x_test, y_train, y_test = model_selection.train_test_split(
        x, y, test_size=0.3, stratify=y, random_state=0
    )
    # Columns of mean 0 and deviation 1.
    scaler = preprocessing.StandardScaler().fit(x_train)
    x_train, x_test = (
        scaler.transform(x).astype("float32") for x in (x_train, x_test)
    )

    rows = {"real": x_train}
    disk = kg.writers.DiskWriter(args.output)
    for name, model in make_models(x.shape[1], int(y.max()) + 1).items():
        history = model.fit(
            x_train,
            y_train,
            epochs=args.epochs,
            batch_size=args.batch_size,
            verbose=2,
        )
        curves = kg.visualization.plot_history(history)
        disk.write(f"{name}_history", curves, args.epochs)
        model.save(args.output / f"{name}.keras")
        # As many of each class as there are.
        rows[name] = model.generate(len(x_train), labels=y_train, seed=0)
    # What a VAE decodes is the mean of p(x|z), around which rows scatter.
    noise = np.random.default_rng(0).normal(0, NOISE, x_train.shape)
    rows["vae"] = rows["vae"] + noise

    components = decomposition.PCA(2).fit(x_train)
    print(f"Pictures and models are in {args.output.resolve()}")
    results = []
    for name, made in rows.items():
        points = components.transform(made)
        picture = kg.visualization.latent_scatter(points, y_train)
        disk.write(name, picture, args.epochs)
        classifier = linear_model.LogisticRegression(max_iter=1000)
        accuracy = classifier.fit(made, y_train).score(x_test, y_test)
        results.append(f"{accuracy:.1%} from {name} rows")
    print(f"test accuracy of a classifier: {', '.join(results)}")


def make_models(num_columns, num_classes):
    """Nothing bounds the values, so that networks end in no activation."""
    shape, classes = (num_columns,), {"num_classes": num_classes}
    vae = kg.models.VAE(
        kg.networks.mlp_encoder(shape, 8, (128,), gaussian=True, **classes),
        kg.networks.mlp_decoder(8, shape, (128,), None, **classes),
    )
    vae.compile(keras.optimizers.Adam(1e-3), kg.losses.GaussianNLL(NOISE))
    gan = kg.models.GAN(
        kg.networks.mlp_generator(8, shape, (128,), None, **classes),
        kg.networks.mlp_discriminator(shape, (128,), **classes),
        latent_dim=8,
    )
    adams = [keras.optimizers.Adam(1e-3, beta_1=0.0) for _ in range(2)]
    gan.compile(*adams, penalties=[kg.losses.R1Penalty(weight=0.1)])
    return {"vae": vae, "gan": gan}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=TABLES, default="breast_cancer")
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--output", type=pathlib.Path, default="output/tabular")
    main(parser.parse_args())
