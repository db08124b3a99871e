import keras
from keras.saving import serialize_keras_object

from keras_generative.diffusion.couplings import couplings
from keras_generative.models.denoising_model import DenoisingModel


@keras.saving.register_keras_serializable(package="keras_generative")
class FlowMatching(DenoisingModel):
    """Samples and noise are joined by straight lines, and flow along them.

    On the line `x_t = (1 - t) x0 + t noise`, at a time t uniform in [0, 1],
    the network learns its velocity `noise - x0` by the mean squared error. The
    mean velocity of all lines through a point carries noise to samples: a
    rectified flow.

    Args:
        network: `keras.Model` of `[x, time]` or `[x, time, labels]`: samples
            on their way, of shape (batch, ...), times in [0, 1] of shape
            (batch,), and labels; to velocities of the shape of x. The class
            `num_classes`, or a vector of zeros, stands for no label.
        coupling: `Coupling` of `keras_generative.diffusion`, or its id:
            `"optimal_transport"` joins samples to noise near them, among those
            of a batch. Defaults to `None`, to any.
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

    >>> model = FlowMatching(networks.mlp_denoiser((2,)))
    >>> model.compile()
    >>> model.fit(points, epochs=100, batch_size=128)
    >>> new_points = model.generate(1000, steps=20, sampler="heun", seed=1)

    Reference:

    - [Lipman et al., 2022](https://arxiv.org/abs/2210.02747).
    - [Liu et al., 2022](https://arxiv.org/abs/2209.03003).
    - [Tong et al., 2023](https://arxiv.org/abs/2302.00482), couplings.
    """

    def __init__(self, network, coupling=None, **kwargs):
        coupling = None if coupling is None else couplings.get(coupling)
        line = ("linear", "velocity", "uniform")
        super().__init__(network, *line, coupling=coupling, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "coupling": serialize_keras_object(self.coupling),
        }
