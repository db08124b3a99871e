"""The same algorithms in a loop of a `tf.function`, with Keras' networks."""

import time

import keras
import tensorflow as tf
from contenders import keras_networks
from contenders.by_hand import Rows


class TensorFlowLoop:
    """One compiled step, the data set in memory, no callbacks, no metrics."""

    def __init__(self, task, jit_compile=False):
        self.task = task
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy(task.policy)
        self.networks = keras_networks.make(task)
        self.images = tf.constant(task.images())
        self.rows = Rows(len(self.images), task.batch_size)
        step = {
            "autoencoder": self.autoencoder_step,
            "vae": self.vae_step,
            "gan": self.gan_step,
            "wgan_gp": self.wgan_gp_step,
        }[task.kind]
        self.make_optimizers()
        self.step = tf.function(step, jit_compile=jit_compile)

    def make_optimizers(self):
        rates = {
            "gan": {"learning_rate": 2e-4, "beta_1": 0.5},
            "wgan_gp": {"learning_rate": 1e-3, "beta_1": 0.0, "beta_2": 0.9},
        }
        arguments = rates.get(self.task.kind, {"learning_rate": 1e-3})
        variables = [network.trainable_variables for network in self.networks]
        if self.task.kind in ("autoencoder", "vae"):
            variables = [sum(variables, [])]
        self.players = [
            (keras.optimizers.Adam(**arguments), v) for v in variables
        ]
        for adam, v in self.players:
            adam.build(v)

    def run(self, steps):
        start = time.perf_counter()
        for _, rows in zip(range(steps), self.rows):
            # Not within the step: XLA is slow with all images as an input.
            loss = self.step(tf.gather(self.images, rows))
        loss.numpy()
        seconds = time.perf_counter() - start
        return seconds, steps * self.task.batch_size

    def noise(self):
        return tf.random.normal((self.task.batch_size, self.task.latent_dim))

    def autoencoder_step(self, images):
        encoder, decoder = self.networks
        with tf.GradientTape() as tape:
            loss = cross_entropy(images, decoder(encoder(images)))
        return self.apply(0, tape, loss)

    def vae_step(self, images):
        encoder, decoder = self.networks
        with tf.GradientTape() as tape:
            z_mean, z_log_var = encoder(images)
            z = z_mean + tf.exp(0.5 * z_log_var) * self.noise()
            kl = 0.5 * tf.reduce_sum(
                tf.exp(z_log_var) + z_mean**2 - 1.0 - z_log_var, axis=1
            )
            loss = cross_entropy(images, decoder(z)) + tf.reduce_mean(kl)
        return self.apply(0, tape, loss)

    def gan_step(self, real):
        generator, discriminator = self.networks
        with tf.GradientTape() as generator_tape:
            fake = generator(self.noise(), training=True)
        with tf.GradientTape() as tape:
            loss = softplus_mean(-discriminator(real, training=True))
            loss += softplus_mean(discriminator(fake, training=True))
        self.apply(1, tape, loss)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(fake)
            loss = softplus_mean(-discriminator(fake, training=True))
        cotangent = tape.gradient(loss, fake)
        return self.apply(0, generator_tape, loss, fake, cotangent)

    def wgan_gp_step(self, real):
        generator, discriminator = self.networks
        for _ in range(self.task.discriminator_steps):
            with tf.GradientTape() as generator_tape:
                fake = generator(self.noise(), training=True)
            mix = tf.random.uniform((self.task.batch_size, 1, 1, 1))
            mixed = real + mix * (fake - real)
            with tf.GradientTape() as tape:
                with tf.GradientTape(watch_accessed_variables=False) as inner:
                    inner.watch(mixed)
                    scores = discriminator(mixed)
                slopes = inner.gradient(scores, mixed)
                squares = tf.reduce_sum(slopes**2, axis=(1, 2, 3))
                penalty = tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)
                loss = tf.reduce_mean(discriminator(fake, training=True))
                loss -= tf.reduce_mean(discriminator(real, training=True))
                loss += 10.0 * penalty
            self.apply(1, tape, loss)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(fake)
            loss = -tf.reduce_mean(discriminator(fake, training=True))
        cotangent = tape.gradient(loss, fake)
        return self.apply(0, generator_tape, loss, fake, cotangent)

    def apply(self, player, tape, loss, outputs=None, cotangent=None):
        adam, variables = self.players[player]
        outputs = loss if outputs is None else outputs
        values = [variable.value for variable in variables]
        adam.apply(tape.gradient(outputs, values, cotangent), variables)
        return loss


def cross_entropy(images, reconstructions):
    """Binary, summed over pixels, averaged over the batch."""
    pixels = keras.ops.binary_crossentropy(images, reconstructions)
    return tf.reduce_mean(tf.reduce_sum(pixels, axis=(1, 2, 3)))


def softplus_mean(x):
    return tf.reduce_mean(tf.nn.softplus(x))
