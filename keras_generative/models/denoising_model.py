import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.diffusion.denoiser import Denoiser
from keras_generative.diffusion.predictions import predictions
from keras_generative.diffusion.sampling import SamplingLoops
from keras_generative.diffusion.schedules import schedules
from keras_generative.diffusion.weightings import weightings
from keras_generative.models.denoising_samples import DenoisingSamples
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.denoisers import check_denoiser
from keras_generative.training.denoisers import denoiser_labels
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_seed


class DenoisingModel(DenoisingSamples, GenerativeModel):
    """A network that learns what a noisy sample was, and makes it of noise.

    `Diffusion` and `FlowMatching` differ in the way from samples to noise, and
    in which noise a sample is paired with.

    Args:
        network: `keras.Model` of `[x, time]` or `[x, time, labels]`: noisy
            samples of shape (batch, ...), times in [0, 1] of shape (batch,),
            and labels; to a tensor of the shape of x. The class `num_classes`,
            or a vector of zeros, stands for no label.
        schedule: `Schedule` or its id.
        prediction: `Prediction` or its id.
        weighting: `Weighting` or its id.
        coupling: `Coupling`, or `None` for any noise with any sample.
        label_dropout: Float in [0, 1], how often the network is told of no
            label in training. Defaults to `0.1`.
        num_classes: Positive integer. Defaults to `None`, one less than the
            network knows.
        seed: Integer or `None`, for what is drawn in training.
        **kwargs: `value_range` of the samples, see `GenerativeModel`; `name`
            and `dtype` of the model.
    """

    sample_network = "network"

    def __init__(
        self,
        network,
        schedule,
        prediction,
        weighting,
        coupling=None,
        label_dropout=0.1,
        num_classes=None,
        seed=None,
        **kwargs,
    ):
        shape = check_denoiser(network)
        check_number(label_dropout, "label_dropout", 0.0, 1.0)
        spec, null_label = denoiser_labels(network, label_dropout, num_classes)
        super().__init__(shape, shape, spec, StandardNormal(), **kwargs)
        self.network = network
        self.schedule = schedules.get(schedule)
        self.prediction = predictions.get(prediction)
        self.weighting = weightings.get(weighting)
        self.coupling = coupling
        self.label_dropout = label_dropout
        self.seed = check_seed(seed, optional=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.denoiser = Denoiser(
            network, self.schedule, self.prediction, null_label
        )
        self._loops = SamplingLoops(self.denoiser)

    @property
    def value_range(self):
        """Pair of floats, the bounds of samples, or `None`."""
        return self._value_range  # No output of the network is a sample.

    def compile(self, optimizer=None, **kwargs):
        """Says how the network learns.

        Args:
            optimizer: `keras.optimizers.Optimizer` or its id. Defaults to
                `None`, Adam with a learning rate of 0.001 that keeps moving
                averages of the weights, `use_ema=True`, by which samples are
                made. Any other optimizer, such as `"adam"`, keeps none unless
                it is told to.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile` of
                `keras.Model.compile`.

        Raises:
            ValueError: If an argument is unknown.
        """
        if optimizer is None:
            optimizer = keras.optimizers.Adam(
                1e-3, use_ema=True, ema_momentum=0.995
            )
        super().compile(optimizer, **kwargs)

    def call(self, inputs, training=None):
        return self.network(inputs, training=training)

    def objective(self, batch, training):
        """The squared error of what the network predicts, and the logs."""
        x, labels = batch
        shape, seed = ops.shape(x), self.seed_generator
        time = backend.random_uniform(shape[:1], seed)
        noise = backend.random_normal(shape, seed)
        if self.coupling is not None:
            noise = self.coupling(x, noise, labels, seed)
        level = self.schedule.level(self.schedule.training_times(time), x)
        noisy = level.alpha * x + level.sigma * noise  # x_t
        labels = self._some_left_out(labels) if training else labels
        output = self.denoiser.output(noisy, level.time, labels, training)
        error = output - self.prediction.target(x, noise, level)
        weights = self.weighting(level, self.prediction)
        loss = ops.mean(weights * ops.square(error))
        loss = loss + backend.sum_losses(self.network.losses)
        return loss, {"loss": loss}

    def _some_left_out(self, labels):
        """The labels of a batch, `label_dropout` of them without meaning."""
        null_label = self.denoiser.null_label
        if labels is None or null_label is None:
            return labels
        shape = (ops.shape(labels)[0], *[1] * (len(labels.shape) - 1))
        uniform = backend.random_uniform(shape, self.seed_generator)
        nulls = ops.full_like(labels, null_label)
        return ops.where(uniform < self.label_dropout, nulls, labels)

    def get_config(self):
        return {
            **super().get_config(),
            "network": serialize_keras_object(self.network),
            "label_dropout": self.label_dropout,
            "num_classes": getattr(self.label_spec, "num_classes", None),
            "seed": self.seed,
        }
