"""Which noise a sample is paired with in training."""

import keras
from keras import ops

from keras_generative import backend
from keras_generative.diffusion.part import Part
from keras_generative.utils.precision import at_least_float32
from keras_generative.utils.serialization import Registry
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer


class Coupling(Part):
    """A choice among the noise of a batch, for each of its samples.

    What a class is paired with must follow the normal distribution, too.
    """

    def __call__(self, x0, noise, labels, seed):
        """Returns noise for each sample, of the shape of samples.

        Args:
            x0: Tensor of samples, (batch, ...).
            noise: Tensor of that shape, standard normal.
            labels: Tensor of shape (batch,) or (batch, n), or `None`.
            seed: `keras.random.SeedGenerator` of the model.
        """
        raise NotImplementedError


@keras.saving.register_keras_serializable(package="keras_generative")
class OptimalTransport(Coupling):
    """Pairs samples with noise near them, so that paths are straight.

    The noise of each sample is drawn by the plan P of entropic optimal
    transport between samples and noise of the batch, or of each class in it:

        min_P  sum_ij P_ij c_ij + r P_ij log P_ij,   c_ij = ||x_i - z_j||^2 / 2

    found by Sinkhorn's iterations. Of several replicas each pairs its own.

    Args:
        regularization: Float above 0, r as a share of the deviation of what
            in c depends on the pairing. The less, the nearer to the best
            pairing, in more iterations. Defaults to `0.05`.
        num_iterations: Positive integer. Defaults to `50`.

    Example:

    >>> model = FlowMatching(network, coupling=OptimalTransport())

    Reference:

    - [Tong et al., 2023](https://arxiv.org/abs/2302.00482), section 3.2.4.
    - [Cuturi, 2013](https://arxiv.org/abs/1306.0895), for the iterations.
    """

    def __init__(self, regularization=0.05, num_iterations=50):
        self.regularization = check_number(
            regularization, "regularization", 1e-6
        )
        self.num_iterations = check_positive_integer(
            num_iterations, "num_iterations"
        )

    def __call__(self, x0, noise, labels, seed):
        logits = self.log_plan(x0, noise, labels)
        uniform = backend.random_uniform(ops.shape(logits), seed)
        gumbel = -ops.log(-ops.log(uniform))
        # The largest is drawn with the probabilities of the plan.
        return ops.take(noise, ops.argmax(logits + gumbel, axis=1), axis=0)

    def log_plan(self, x0, noise, labels=None):
        """The log of the plan, of shape (batch, batch), up to a constant."""
        scores = self._scores(x0, noise)
        if labels is not None:
            # Noise stays within the class that it came with by chance.
            labels = ops.reshape(labels, (ops.shape(scores)[0], -1))
            same = ops.all(labels[:, None] == labels[None], axis=-1)
            scores = ops.where(same, scores, -1e9)

        def iterate(_, columns):
            rows = -ops.logsumexp(scores + columns, axis=1, keepdims=True)
            return -ops.logsumexp(scores + rows, axis=0, keepdims=True)

        columns = ops.fori_loop(
            0, self.num_iterations, iterate, ops.zeros_like(scores[:1])
        )
        return scores + columns

    def _scores(self, x0, noise):
        """-c_ij / r, without what only i or only j has a part in."""
        batch_size = ops.shape(x0)[0]
        x0, noise = (
            ops.reshape(at_least_float32(x), (batch_size, -1))
            for x in (x0, noise)
        )
        x0 = x0 - ops.mean(x0, axis=0)
        noise = noise - ops.mean(noise, axis=0)
        products = ops.matmul(x0, ops.transpose(noise))  # (batch, batch)
        # Of one sample, or of equal ones, there is nothing to choose.
        size = ops.maximum(ops.std(products), 1e-12)
        return products / (self.regularization * size)

    def get_config(self):
        return {
            "regularization": self.regularization,
            "num_iterations": self.num_iterations,
        }


couplings = Registry(
    Coupling, {"optimal_transport": OptimalTransport}, "coupling"
)
