from keras import ops


class Denoiser:
    """What a network believes of noisy samples.

    Args:
        network: `keras.Model` of `[x, time]` or `[x, time, labels]`.
        schedule: `Schedule`.
        prediction: `Prediction`.
        null_label: Number that stands for no label, or `None`.
    """

    def __init__(self, network, schedule, prediction, null_label=None):
        self.network = network
        self.schedule = schedule
        self.prediction = prediction
        self.null_label = null_label

    def output(self, x, time, labels, training=None):
        """What the network says, in the dtype of x."""
        inputs = [x, time] if labels is None else [x, time, labels]
        return ops.cast(self.network(inputs, training=training), x.dtype)

    def __call__(self, x, level, labels=None, guidance=None):
        """The sample and the noise in x, `(x0, noise)`.

        With guidance w, the output is `null + w (conditional - null)`, where
        null is that without labels.

        Args:
            x: Tensor of noisy samples, (batch, ...).
            level: `Level`.
            labels: Tensor of labels, or `None` for a network without.
            guidance: Tensor of shape (batch,), or `None`.
        """
        if guidance is None:
            output = self.output(x, level.time, labels)
        else:
            output = self._guided(x, level.time, labels, guidance)
        return self.prediction.split(output, x, level)

    def _guided(self, x, time, labels, guidance):
        nulls = ops.full_like(labels, self.null_label)
        # Both in one batch.
        both = self.output(
            ops.concatenate([x, x]),
            ops.concatenate([time, time]),
            ops.concatenate([labels, nulls]),
        )
        conditional, null = ops.split(both, 2)
        guidance = ops.reshape(guidance, (-1, *[1] * (len(x.shape) - 1)))
        return null + guidance * (conditional - null)
