"""The same algorithms in a loop of a jitted step, with Keras' networks."""

import time

import jax
import jax.numpy as jnp
import keras
from contenders import keras_networks
from contenders.by_hand import Rows

RATES = {
    "gan": (2e-4, 0.5, 0.999),
    "wgan_gp": (1e-3, 0.0, 0.9),
}


class JAXLoop:
    """One compiled step, the data set in memory, no callbacks, no metrics."""

    def __init__(self, task):
        self.task = task
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy(task.policy)
        self.networks = keras_networks.make(task)
        self.images = jnp.asarray(task.images())
        self.rows = Rows(len(self.images), task.batch_size)
        self.rates = RATES.get(task.kind, (1e-3, 0.9, 0.999))
        weights = [
            [v.value for v in n.trainable_variables] for n in self.networks
        ]
        if task.kind in ("autoencoder", "vae"):
            weights = [weights]
        # Weights, both moments and the count of steps, of each player.
        players = [
            (w, *(jax.tree.map(jnp.zeros_like, w) for _ in range(2)), 0)
            for w in weights
        ]
        others = [
            [v.value for v in n.non_trainable_variables] for n in self.networks
        ]
        self.state = (players, others, jax.random.key(0))
        step = {
            "autoencoder": self.autoencoder_step,
            "vae": self.vae_step,
            "gan": self.gan_step,
            "wgan_gp": self.wgan_gp_step,
        }[task.kind]
        self.step = jax.jit(step, donate_argnums=0)

    def run(self, steps):
        start = time.perf_counter()
        for _, rows in zip(range(steps), self.rows):
            self.state, loss = self.step(self.state, self.images, rows)
        loss.block_until_ready()
        seconds = time.perf_counter() - start
        return seconds, steps * self.task.batch_size

    def autoencoder_step(self, state, images, rows):
        [player], others, key = state
        real = images[rows]

        def objective(weights):
            z, encoder = self.call(0, weights[0], others[0], real)
            reconstruction, decoder = self.call(1, weights[1], others[1], z)
            return cross_entropy(real, reconstruction), [encoder, decoder]

        player, others, loss = self.minimize(objective, player)
        return ([player], others, key), loss

    def vae_step(self, state, images, rows):
        [player], others, key = state
        real = images[rows]
        key, noise_key = jax.random.split(key)

        def objective(weights):
            z, encoder = self.call(0, weights[0], others[0], real)
            z_mean, z_log_var = z
            noise = jax.random.normal(noise_key, z_mean.shape)
            z = z_mean + jnp.exp(0.5 * z_log_var) * noise
            kl = 0.5 * (jnp.exp(z_log_var) + z_mean**2 - 1.0 - z_log_var)
            reconstruction, decoder = self.call(1, weights[1], others[1], z)
            loss = cross_entropy(real, reconstruction) + kl.sum(axis=1).mean()
            return loss, [encoder, decoder]

        player, others, loss = self.minimize(objective, player)
        return ([player], others, key), loss

    def gan_step(self, state, images, rows):
        [generator, discriminator], [others_g, others_d], key = state
        real = images[rows]
        key, noise_key = jax.random.split(key)
        fake, pullback, others_g = self.generate(noise_key, generator, others_g)

        def discriminator_objective(weights):
            real_scores, others = self.call(1, weights, others_d, real)
            fake_scores, others = self.call(1, weights, others, fake)
            loss = softplus_mean(-real_scores) + softplus_mean(fake_scores)
            return loss, others

        discriminator, others_d, _ = self.minimize(
            discriminator_objective, discriminator
        )

        def generator_objective(fake):
            scores, others = self.call(1, discriminator[0], others_d, fake)
            return softplus_mean(-scores), others

        (loss, others_d), cotangent = jax.value_and_grad(
            generator_objective, has_aux=True
        )(fake)
        generator = self.adam(generator, *pullback(cotangent))
        return ([generator, discriminator], [others_g, others_d], key), loss

    def wgan_gp_step(self, state, images, rows):
        [generator, discriminator], [others_g, others_d], key = state
        real = images[rows]
        for _ in range(self.task.discriminator_steps):
            key, noise_key, mix_key = jax.random.split(key, 3)
            fake, pullback, others_g = self.generate(
                noise_key, generator, others_g
            )
            mix = jax.random.uniform(mix_key, (len(real), 1, 1, 1))
            mixed = real + mix * (fake - real)

            def objective(weights, fake=fake, mixed=mixed):
                def score(x):
                    return self.call(1, weights, others_d, x)[0]

                slopes = jax.grad(lambda x: score(x).sum())(mixed)
                norms = jnp.sqrt((slopes**2).sum(axis=(1, 2, 3)) + 1e-12)
                loss = score(fake).mean() - score(real).mean()
                return loss + 10.0 * ((norms - 1) ** 2).mean(), None

            discriminator, _, _ = self.minimize(objective, discriminator)

        def generator_objective(fake):
            return -self.call(1, discriminator[0], others_d, fake)[0].mean()

        loss, cotangent = jax.value_and_grad(generator_objective)(fake)
        generator = self.adam(generator, *pullback(cotangent))
        return ([generator, discriminator], [others_g, others_d], key), loss

    def generate(self, key, player, others):
        z = jax.random.normal(key, (self.task.batch_size, self.task.latent_dim))
        return jax.vjp(
            lambda weights: self.call(0, weights, others, z),
            player[0],
            has_aux=True,
        )

    def call(self, index, weights, others, x):
        network = self.networks[index]
        return network.stateless_call(weights, others, x, training=True)

    def minimize(self, objective, player):
        (loss, others), gradients = jax.value_and_grad(objective, has_aux=True)(
            player[0]
        )
        return self.adam(player, gradients), others, loss

    def adam(self, player, gradients):
        weights, m, v, count = player
        rate, beta_1, beta_2 = self.rates
        count = count + 1
        m = jax.tree.map(lambda m, g: m + (g - m) * (1 - beta_1), m, gradients)
        v = jax.tree.map(
            lambda v, g: v + (g**2 - v) * (1 - beta_2), v, gradients
        )
        rate = rate * jnp.sqrt(1 - beta_2**count) / (1 - beta_1**count)
        weights = jax.tree.map(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, m, v
        )
        return weights, m, v, count


def cross_entropy(images, reconstructions):
    """Binary, summed over pixels, averaged over the batch."""
    pixels = keras.ops.binary_crossentropy(images, reconstructions)
    return pixels.sum(axis=(1, 2, 3)).mean()


def softplus_mean(x):
    return jax.nn.softplus(x).mean()
