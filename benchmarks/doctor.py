"""What `callbacks.Doctor` sees and says in healthy runs and in ill ones.

    python benchmarks/doctor.py digits --settings vae dcgan --seeds 1 2 3

The bounds in `callbacks/symptoms/` are between the figures of the two.
Prints the figures after each epoch, the seconds of the doctor and of the epoch
among them, and what was said. Both know the norms of gradients and the classes
of samples, which the doctor sees only where it is told.
"""

import argparse
import time
import warnings

import keras

import keras_generative as kg


class TimedDoctor(kg.callbacks.Doctor):
    """Logs the seconds of each epoch, and its own among them."""

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()
        super().on_epoch_begin(epoch, logs)
        self.seconds = time.perf_counter() - self.start

    def on_epoch_end(self, epoch, logs=None):
        start = time.perf_counter()
        super().on_epoch_end(epoch, logs)
        end = time.perf_counter()
        logs["doctor_seconds"] = self.seconds + end - start
        logs["epoch_seconds"] = end - self.start


def adam(*args, **kwargs):
    """Adam whose gradient's norm can be seen."""
    return kg.optimizers.GradientNorm(keras.optimizers.Adam(*args, **kwargs))


def vae(shape, latent_dim=2, beta=1.0, rate=1e-3):
    model = kg.models.VAE(
        kg.networks.mlp_encoder(shape, latent_dim, gaussian=True),
        kg.networks.mlp_decoder(latent_dim, shape),
        beta=beta,
    )
    model.compile(adam(rate), loss="binary_crossentropy")
    return model


def conv_vae(shape):
    model = kg.models.VAE(
        kg.networks.conv_encoder(shape, 16, gaussian=True),
        kg.networks.conv_decoder(16, shape),
    )
    model.compile(adam(1e-3), loss="binary_crossentropy")
    return model


def autoencoder(shape):
    model = kg.models.Autoencoder(
        kg.networks.mlp_encoder(shape, 2), kg.networks.mlp_decoder(2, shape)
    )
    model.compile(adam(1e-3), loss="mean_squared_error")
    return model


def sigmoids(shape):
    """Twenty layers of sigmoids, which let no gradient through."""
    encoder = keras.Sequential([keras.Input(shape), keras.layers.Flatten()])
    for _ in range(20):
        encoder.add(keras.layers.Dense(64, activation="sigmoid"))
    encoder.add(keras.layers.Dense(2))
    model = kg.models.Autoencoder(encoder, kg.networks.mlp_decoder(2, shape))
    optimizer = keras.optimizers.SGD(0.1)
    model.compile(kg.optimizers.GradientNorm(optimizer))
    return model


def gan(shape, rates=(2e-3, 2e-3), beta_1=0.0, beta_2=0.999, **kwargs):
    augmenter = kwargs.pop("augmenter", None)
    model = kg.models.GAN(
        kg.networks.dcgan_generator(64, shape),
        kg.networks.dcgan_discriminator(shape),
        latent_dim=64,
        augmenter=augmenter,
    )
    adams = [adam(rate, beta_1=beta_1, beta_2=beta_2) for rate in rates]
    model.compile(*adams, **kwargs)
    return model


def gan_with(**kwargs):
    return lambda shape: gan(shape, **kwargs)


def r1(**kwargs):
    return gan_with(penalties=[kg.losses.R1Penalty(weight=1.0)], **kwargs)


def wgan_gp(**kwargs):
    defaults = {
        "rates": (1e-3, 1e-3),
        "beta_2": 0.9,
        "penalties": ["gradient_penalty"],
    }
    return gan_with(loss="wasserstein", **{**defaults, **kwargs})


HEALTHY = {
    "autoencoder": autoencoder,
    "vae": vae,
    "vae_100": lambda shape: vae(shape, latent_dim=100),
    "conv_vae": conv_vae,
    "dcgan": r1(),
    "dcgan_without_penalty": gan_with(),
    "dcgan_slow": gan_with(rates=(2e-4, 2e-4), beta_1=0.5),
    "diff_augment": lambda shape: r1(
        augmenter=kg.layers.diff_augment(value_range=(-1, 1))
    )(shape),
    "hinge": r1(loss="hinge"),
    "least_squares": r1(loss="least_squares"),
    "dragan": gan_with(penalties=["dragan_penalty"]),
    "wgan_gp": wgan_gp(discriminator_steps=5),
}
ILL = {
    "beta_1000": lambda shape: vae(shape, beta=1000.0),
    "vae_rate_10": lambda shape: vae(shape, rate=10.0),
    "sigmoids": sigmoids,
    "won": gan_with(rates=(1e-5, 1e-3)),
    "won_hinge": gan_with(rates=(1e-5, 1e-3), loss="hinge"),
    "won_least_squares": gan_with(rates=(1e-5, 1e-3), loss="least_squares"),
    "won_minimax": gan_with(rates=(1e-4, 1e-2), loss="minimax"),
    "won_with_penalty": r1(rates=(1e-5, 1e-3)),
    "wgan_without_penalty": wgan_gp(penalties=[], discriminator_steps=5),
    "lost": gan_with(rates=(2e-3, 1e-7)),
    "lost_slowly": gan_with(rates=(1e-2, 1e-4)),
    "lost_hinge": gan_with(rates=(1e-2, 1e-5), loss="hinge"),
    "lost_wgan": wgan_gp(rates=(1e-2, 1e-5)),
    "generator_rate_1": gan_with(rates=(1.0, 1e-3)),
}
SETTINGS = {**HEALTHY, **ILL}


def main(args):
    for name in args.settings:
        for seed in args.seeds:
            keras.utils.set_random_seed(seed)
            run(name, seed, args)


def run(name, seed, args):
    (images, _), _ = kg.datasets.load(args.dataset)
    images = images[: args.num_images]
    model = SETTINGS[name](images.shape[1:])
    is_gan = isinstance(model, kg.models.GAN)
    if is_gan:
        images = 2.0 * images - 1.0
    span = (-1, 1) if is_gan else (0, 1)
    classifier = kg.features.DigitClassifier("probabilities", span)
    doctor = TimedDoctor(images[:500], classifier)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        start = time.perf_counter()
        logs = model.fit(
            images,
            epochs=args.epochs,
            batch_size=32 if is_gan else 128,
            verbose=0,
            callbacks=[doctor],
        ).history
        seconds = time.perf_counter() - start
    print(f"{name}, seed {seed}: {len(caught)} warnings, {seconds:.0f} s")
    for warning in caught:
        print(f"  {warning.message}")
    for key, values in logs.items():
        print(f"  {key:38}", *(f"{v:.2g}" for v in values), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset")
    parser.add_argument(
        "--settings", nargs="+", choices=SETTINGS, default=[*SETTINGS]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--num-images", type=int)
    main(parser.parse_args())
