import numpy as np
from keras import ops

from keras_generative.losses.likelihoods import GaussianNLL


class CodePosterior:
    """What an `InfoGAN`'s discriminator takes codes to be, `Q(c|x)`.

    Its outputs are, as far as there are such codes, logits of categories and
    means of numbers, both of all codes together, and maybe log scales of the
    numbers, whose deviation from the mean otherwise is taken to be 1.

    Args:
        codes: `NoiseAndCodes`.
    """

    def __init__(self, codes):
        self.codes = codes

    def check_outputs(self, shapes):
        """Raises a `ValueError` unless there is an output for each code.

        Args:
            shapes: List of tuples, the shapes of outputs without the batch.
        """
        codes = self.codes
        wanted = [(codes.one_hot_dim,)] if codes.one_hot_dim else []
        numbers = [(codes.num_continuous,)] if codes.num_continuous else []
        if shapes not in (wanted + numbers, wanted + numbers * 2):
            raise ValueError(
                "The discriminator of an `InfoGAN` must give, beside the "
                "scores, logits of categories and means of numbers, of shapes "
                f"{wanted + numbers} here, and may give log scales of the "
                f"numbers. Received: further outputs of shape {shapes}"
            )

    def log_prob(self, codes, outputs):
        """`log Q(c|x)` of each sample.

        Args:
            codes: Tensor of shape (batch, code_dim).
            outputs: List of the discriminator's outputs for the codes.

        Returns:
            Tensor of shape (batch,).
        """
        split, log_q = self.codes.one_hot_dim, 0.0
        if split:
            logits, *outputs = outputs
            blocks = map(self.codes.blocks_of, (codes, logits))
            for one_hot, block in zip(*blocks):
                log_q += ops.sum(one_hot * ops.log_softmax(block), axis=-1)
        if outputs:
            numbers, (mean, *log_scale) = codes[:, split:], outputs
            # Of a fixed deviation 1 or, with `None`, of a learned one.
            nll = GaussianNLL(scale=None if log_scale else 1.0)
            of_mean = nll.call(numbers, outputs if log_scale else mean)
            log_q -= self.codes.num_continuous * of_mean
        return log_q

    def expectations(self, outputs):
        """The probabilities of categories, and the means of numbers.

        Args:
            outputs: List of arrays, the discriminator's outputs for the codes.

        Returns:
            Pair of arrays of shapes (batch, one_hot_dim) and
            (batch, num_continuous).
        """
        logits = means = np.zeros((len(outputs[0]), 0), "float32")
        if self.codes.one_hot_dim:
            logits, *outputs = outputs
        if outputs:
            means = outputs[0]
        blocks = map(ops.softmax, self.codes.blocks_of(logits))
        probabilities = ops.concatenate([logits[:, :0], *blocks], axis=-1)
        return ops.convert_to_numpy(probabilities), means
