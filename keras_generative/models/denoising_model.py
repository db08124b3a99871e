import keras
import numpy as np
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.diffusion.denoiser import Denoiser
from keras_generative.diffusion.predictions import predictions
from keras_generative.diffusion.samplers import samplers
from keras_generative.diffusion.sampling import SamplingLoops
from keras_generative.diffusion.sampling import StepNoise
from keras_generative.diffusion.schedules import schedules
from keras_generative.diffusion.weightings import weightings
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.priors.standard_normal import StandardNormal
from keras_generative.training.denoisers import check_denoiser
from keras_generative.training.denoisers import denoiser_labels
from keras_generative.training.labels import labels_for
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


class DenoisingModel(GenerativeModel):
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

    def generate(
        self,
        num_images,
        labels=None,
        seed=None,
        ema=None,
        steps=50,
        sampler="ddim",
        guidance=1.0,
        batch_size=256,
        verbose="auto",
    ):
        """New samples, made of noise.

        Args:
            num_images: Positive integer.
            labels: For a network that takes them, an integer for all samples
                or an array of shape (num_images,) or (num_images, n). Defaults
                to `None`: samples of no label in particular.
            seed: Integer, at least 0; the same seed gives the same noise, on
                every backend. `None` draws another each time.
            ema: Boolean, whether the weights are their moving averages, which
                an optimizer with `use_ema=True` keeps. Defaults to `None`:
                where there are some.
            steps: Positive integer. Defaults to `50`.
            sampler: `Sampler` of `keras_generative.diffusion` or its id:
                `"ddim"` or `"euler"`, `"ddpm"`, `"heun"`, `"dpm_solver"`. One
                that draws noise holds that of all steps of a batch. Defaults
                to `"ddim"`.
            guidance: Float, how far to go from samples of no label to those
                of the label. Above 1.0 they are more like it, and more like
                each other. Defaults to `1.0`.
            batch_size: Positive integer. Defaults to `256`.
            verbose: See `Autoencoder.encode`.

        Returns:
            Float32 array of shape (num_images, *sample_shape).

        Raises:
            ValueError: If an argument is none of the above, labels do not fit,
                or the optimizer keeps no averages.
        """
        num_images = check_positive_integer(num_images, "num_images")
        x = self._sample_latents(num_images, seed, None)
        samplings = (labels, steps, sampler, guidance, batch_size, verbose)
        with self._averages(self.has_averages if ema is None else ema):
            return self._denoised(x, *samplings, seed=seed)

    def _denoised(
        self, x, labels, steps, sampler, guidance, batch_size, verbose, seed
    ):
        """What a sampler makes of noise."""
        sampler = samplers.get(sampler)
        times = sampler.times(check_positive_integer(steps, "steps"))
        inputs = self._conditions(len(x), labels, guidance)
        inputs["x"] = x
        inputs["times"] = np.tile(times.astype("float32"), (len(x), 1))
        if sampler.draws_noise:
            shape = (len(x), steps, *self.sample_shape)
            inputs["noise"] = StepNoise(seed, shape)
        batch_size = check_positive_integer(batch_size, "batch_size")
        forward = backend.Forward(self._loops.get(sampler))
        samples = predict_in_batches(forward, inputs, batch_size, verbose)
        bounds = self.value_range
        return samples if bounds is None else np.clip(samples, *bounds)

    def _conditions(self, num_samples, labels, guidance):
        """Dict of what samples are told: labels, and guidance beside 1."""
        check_number(guidance, "guidance")
        null_label = self.denoiser.null_label
        if guidance != 1 and (labels is None or null_label is None):
            raise ValueError(
                "Only samples with labels are guided, by a network that has "
                "learned with `label_dropout` what samples of none are. "
                f"Received: guidance={guidance} with labels={labels!r} and "
                f"label_dropout={self.label_dropout}"
            )
        if labels is None and null_label is not None:
            nulls = np.full((num_samples, *self.label_spec.shape), null_label)
            return {"labels": nulls}
        labels = labels_for(self, num_samples, labels)
        if labels is None:
            return {}
        if guidance == 1:
            return {"labels": labels}
        weights = np.full(num_samples, guidance, "float32")
        return {"labels": labels, "guidance": weights}

    def get_config(self):
        return {
            **super().get_config(),
            "network": serialize_keras_object(self.network),
            "label_dropout": self.label_dropout,
            "num_classes": getattr(self.label_spec, "num_classes", None),
            "seed": self.seed,
        }
