"""The VAE 784-512-2 of `vae_quality.py`, and the same with labels.

The test loss is that of test images on one latent each, in nats. 155.7 is what
it was without labels after 10 epochs of batches of 128.
"""

import time

import keras
from label_tasks.task import Task

import keras_generative as kg

EPOCHS = 10


class VAE(Task):
    """Without labels."""

    value_range = (0, 1)
    batch_size = 128
    num_classes = None

    def make_model(self, image_shape):
        model = kg.models.VAE(
            kg.networks.mlp_encoder(
                image_shape, 2, gaussian=True, num_classes=self.num_classes
            ),
            kg.networks.mlp_decoder(
                2, image_shape, num_classes=self.num_classes
            ),
        )
        model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")
        return model

    def data(self):
        return {"x": self.train[0], "batch_size": self.batch_size}

    def test_data(self):
        return {"x": self.test[0]}

    def figures(self):
        logs = self.model.evaluate(
            **self.test_data(), verbose=0, return_dict=True
        )
        return {
            "test loss": f"{logs['loss']:.1f} nats",
            "of it KL": f"{logs['kl_loss']:.1f}",
        }

    def run(self, args, report):
        """Trains for ten epochs, whatever `args` ask; compiling is timed."""
        begin = time.perf_counter()
        self.model.fit(**self.data(), epochs=EPOCHS, verbose=0)
        steps = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
        report(time.perf_counter() - begin, steps, self.figures())


class ConditionalVAE(VAE):
    """Encoder and decoder are told the digit."""

    num_classes = 10
    data = Task.data

    def test_data(self):
        return {"x": self.test[0], "y": self.test[1]}
