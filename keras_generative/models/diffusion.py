import keras
from keras.saving import serialize_keras_object

from keras_generative.models.denoising_model import DenoisingModel


@keras.saving.register_keras_serializable(package="keras_generative")
class Diffusion(DenoisingModel):
    """Samples lose themselves in noise, and a network learns the way back.

    At time t, uniform in [0, 1], a sample x0 has become
    `x_t = alpha(t) x0 + sigma(t) noise`. The network is given `x_t` and t, and
    the loss is the mean squared error of what it predicts: the noise, the
    sample or v, which is both. From noise, samples are made in small steps.

    Args:
        network: `keras.Model` of `[x, time]` or `[x, time, labels]`: noisy
            samples of shape (batch, ...), times in [0, 1] of shape (batch,),
            and labels; to a tensor of the shape of x. The class `num_classes`,
            or a vector of zeros, stands for no label.
        schedule: `Schedule` of `keras_generative.diffusion`, or its id:
            `"cosine"`, `"edm"` or `"linear"`. Defaults to `"cosine"`.
        prediction: `Prediction` or its id, what the network learns to say:
            `"v"`, `"epsilon"` for the noise, `"x0"` for the sample, or
            `"velocity"`. Defaults to `"v"`.
        weighting: `Weighting` or its id, how much times count: `"uniform"` or
            `"min_snr"`. Defaults to `"uniform"`.
        **kwargs: `label_dropout`, how often a network that takes labels is
            told of none in training, for guidance, 0.1 by default;
            `num_classes`, where the network does not say it; `seed`, an
            integer, of what is drawn in training; `value_range` of the
            samples, to which those that are made are clipped; `name` and
            `dtype` of the model.

    Raises:
        ValueError: If the network takes no time, or an argument is none of the
            above.

    Example:

    >>> model = Diffusion(networks.unet((28, 28, 1), num_classes=10))
    >>> model.compile()
    >>> model.fit(images, labels, epochs=20, batch_size=128)
    >>> sevens = model.generate(16, labels=7, guidance=2.0, seed=1)

    Reference:

    - [Ho et al., 2020](https://arxiv.org/abs/2006.11239).
    - [Kingma et al., 2021](https://arxiv.org/abs/2107.00630), in continuous
      time.
    - [Ho and Salimans, 2022](https://arxiv.org/abs/2207.12598), guidance.
    """

    def __init__(
        self,
        network,
        schedule="cosine",
        prediction="v",
        weighting="uniform",
        **kwargs,
    ):
        super().__init__(network, schedule, prediction, weighting, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "schedule": serialize_keras_object(self.schedule),
            "prediction": serialize_keras_object(self.prediction),
            "weighting": serialize_keras_object(self.weighting),
        }
