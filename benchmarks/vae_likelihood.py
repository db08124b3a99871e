"""Likelihood of binary digits under a VAE, beside a published figure.

    KERAS_BACKEND=jax python benchmarks/quality.py vae mnist.npz

The VAE of pythae's table of reproduced papers: 784-400-40-400-784, relu,
binary MNIST, 500 epochs of batches of 100, Adam with 1e-4 that falls by
10**(-1/5) after 200 and 350 epochs, the weights of the epoch with the best
loss on 10,000 images that are held out. The table says 89.78 nats, the mean
of -log p(x) of the 10,000 test images by 200 importance samples.

It trains on the binary images of Larochelle and Murray. Here pixels are
drawn once with the same probabilities, the grey levels, from a seed of ours.
Our networks begin with Glorot's weights, those of pythae with torch's own.
`--contender pythae` trains pythae's own model on the same images.

A run that was interrupted goes on when it is started again.
"""

import pathlib

import keras
import numpy as np

import keras_generative as kg

PUBLISHED = 89.78
BATCH_SIZE = 100
# Of Student's distribution: 95 % of the mean of n values, by n.
QUANTILES = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78}


def binary_digits(path):
    """Binary images to train on, to choose by, and to test on."""
    (x_train, _), (x_test, _) = kg.datasets.load(path)
    generator = np.random.default_rng(0)
    x = np.concatenate([x_train, x_test])
    x = (generator.random(x.shape, "float32") < x).astype("float32")
    num_test = len(x_test)
    return x[: -2 * num_test], x[-2 * num_test : -num_test], x[-num_test:]


def make_model(seed, steps_per_epoch):
    keras.utils.set_random_seed(seed)
    model = kg.models.VAE(
        kg.networks.mlp_encoder((28, 28, 1), 40, (400,), gaussian=True),
        kg.networks.mlp_decoder(40, (28, 28, 1), (400,)),
        seed=seed,
    )
    rate = keras.optimizers.schedules.PiecewiseConstantDecay(
        [200 * steps_per_epoch - 1, 350 * steps_per_epoch - 1],
        [1e-4 * 10 ** (-k / 5) for k in range(3)],
    )
    adam = keras.optimizers.Adam(rate, epsilon=1e-8)
    model.compile(adam, "binary_crossentropy")
    return model


def train(model, x_train, x_valid, seed, epochs, folder):
    """Trains, and leaves the model with the weights of its best epoch."""
    folder.mkdir(parents=True, exist_ok=True)
    log, best = folder / "log.csv", folder / "best.weights.h5"
    best_loss = None
    if log.exists():
        best_loss = np.genfromtxt(log, delimiter=",", names=True)[
            "val_loss"
        ].min()
    callbacks = [
        kg.callbacks.BackupAndRestore(folder / "backup"),
        keras.callbacks.CSVLogger(log, append=True),
        keras.callbacks.ModelCheckpoint(
            best,
            monitor="val_loss",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=best_loss,
        ),
    ]
    model.fit(
        kg.datasets.ShuffledBatches(x_train, batch_size=BATCH_SIZE, seed=seed),
        epochs=epochs,
        validation_data=(x_valid,),
        validation_batch_size=BATCH_SIZE,
        verbose=0,
        callbacks=callbacks,
    )
    model.load_weights(best)


def our_nats(seed, args, splits, folder):
    """-log p(x) of each test image."""
    x_train, x_valid, x_test = splits
    model = make_model(seed, len(x_train) // BATCH_SIZE)
    train(model, x_train, x_valid, seed, args.epochs, folder)
    return -model.log_likelihood(x_test, args.samples, verbose=0).values


def pythae_nats(seed, args, splits, folder):
    import pythae_vae

    return pythae_vae.nats(seed, args, splits, BATCH_SIZE, folder)


CONTENDERS = {"ours": our_nats, "pythae": pythae_nats}


def run(seed, args, splits):
    folder = pathlib.Path(args.output) / args.contender / f"seed_{seed}"
    result = folder / "nats.npy"
    if not result.exists():
        nats = CONTENDERS[args.contender](seed, args, splits, folder)
        np.save(result, nats)
    return np.load(result)


def add_arguments(parser):
    parser.add_argument("dataset")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=500)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--contender", choices=CONTENDERS, default="ours")
    parser.add_argument("--output", default="output/vae_likelihood")


def main(args):
    splits = binary_digits(args.dataset)
    means = []
    for seed in args.seeds:
        nats = run(seed, args, splits)
        means.append(nats.mean())
        print(
            f"seed {seed}: {nats.mean():.2f} nats, standard error over the "
            f"test images {nats.std() / len(nats) ** 0.5:.2f}",
            flush=True,
        )
    if len(means) in QUANTILES:
        spread = np.std(means, ddof=1) / len(means) ** 0.5
        print(
            f"mean of {len(means)} seeds: {np.mean(means):.2f} "
            f"+- {QUANTILES[len(means)] * spread:.2f} nats (95 %), "
            f"published {PUBLISHED}"
        )
