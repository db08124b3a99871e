import numpy as np

from keras_generative import backend
from keras_generative.diffusion.samplers import Heun
from keras_generative.diffusion.samplers import samplers
from keras_generative.diffusion.sampling import StepNoise
from keras_generative.training.data_checks import gathered_samples
from keras_generative.training.labels import labels_for
from keras_generative.utils.batching import predict_in_batches
from keras_generative.utils.validation import as_array
from keras_generative.utils.validation import check_number
from keras_generative.utils.validation import check_positive_integer


class DenoisingSamples:
    """What a `DenoisingModel` makes of noise, and noise of samples."""

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
        told = (labels, guidance, seed, ema)
        return self._denoised(x, *told, steps, sampler, batch_size, verbose)

    def decode(
        self,
        z,
        labels=None,
        ema=None,
        steps=50,
        sampler="ddim",
        guidance=1.0,
        batch_size=256,
        verbose="auto",
    ):
        """Samples of noise, such as `encode` gives.

        Args:
            z: Array of shape (num_images, *sample_shape), standard normal.
            labels: See `generate`.
            ema: See `generate`.
            steps: See `generate`.
            sampler: See `generate`.
            guidance: See `generate`.
            batch_size: See `generate`.
            verbose: See `generate`.

        Returns:
            Float32 array of the shape of `z`.

        Raises:
            ValueError: See `generate`, and if the shape of `z` is another.
        """
        z = self._check_latents(z)
        told = (labels, guidance, None, ema)
        return self._denoised(z, *told, steps, sampler, batch_size, verbose)

    def inpaint(
        self,
        images,
        mask,
        labels=None,
        seed=None,
        ema=None,
        steps=50,
        sampler="ddim",
        guidance=1.0,
        batch_size=256,
        verbose="auto",
    ):
        """Samples of which a part is made anew, to fit the rest.

        At each step what is known of x0 is put in the place of what the
        network believes.

        Args:
            images: Float array of shape (num_images, ...), or a data set of
                such as `fit` takes it.
            mask: Boolean array of the shape of images, or of one that
                broadcasts to it, `True` where they are made anew.
            labels: See `generate`. Defaults to `None`.
            seed: See `generate`.
            ema: See `generate`.
            steps: See `generate`.
            sampler: See `generate`.
            guidance: See `generate`.
            batch_size: See `generate`.
            verbose: See `generate`.

        Returns:
            Float32 array of the shape of `images`, equal to them but for the
            mask.

        Raises:
            ValueError: See `generate`, and if images or mask do not fit.

        Reference:

        - [Lugmayr et al., 2022](https://arxiv.org/abs/2201.09865), equation 8,
          here for x0.
        """
        known, _ = gathered_samples(self, images)
        mask = as_array(mask, "mask", "bool")
        try:
            mask = np.broadcast_to(mask, known.shape)
        except ValueError:
            raise ValueError(
                "The mask must have the shape of images, "
                f"{known.shape}, or one that broadcasts to it. "
                f"Received: mask of shape {mask.shape}"
            ) from None
        x = self._sample_latents(len(known), seed, None)
        samples = self._denoised(
            x,
            *(labels, guidance, seed, ema, steps, sampler, batch_size, verbose),
            known=known.astype("float32"),
            mask=mask,
        )
        return np.where(mask, samples, known).astype("float32")

    def encode(
        self,
        images,
        labels=None,
        ema=None,
        steps=50,
        batch_size=256,
        verbose="auto",
    ):
        """The noise that `decode` makes samples of, without guidance.

        The probability flow is followed backwards, by Heun's method.

        Args:
            images: Float array of shape (num_images, ...), or a data set of
                such as `fit` takes it.
            labels: See `generate`. Defaults to `None`.
            ema: See `generate`.
            steps: Positive integer. Defaults to `50`.
            batch_size: See `generate`.
            verbose: See `generate`.

        Returns:
            Float32 array of the shape of `images`.

        Raises:
            ValueError: If an argument is none of the above, or images or
                labels do not fit.

        Reference:

        - [Song et al., 2020](https://arxiv.org/abs/2010.02502), section 4.3.
        """
        x, _ = gathered_samples(self, images)
        check_positive_integer(steps, "steps")
        inputs = {
            "x": x.astype("float32"),
            "times": np.linspace(0.0, 1.0, steps + 1),
            **self._conditions(len(x), labels, guidance=1.0),
        }
        loop = self._loops.get(Heun(), ends_clean=False)
        return self._run(loop, inputs, ema, batch_size, verbose)

    def _denoised(
        self,
        x,
        labels,
        guidance,
        seed,
        ema,
        steps,
        sampler,
        batch_size,
        verbose,
        **inputs,
    ):
        """What a sampler makes of noise."""
        sampler = samplers.get(sampler)
        times = sampler.times(check_positive_integer(steps, "steps"))
        inputs.update(self._conditions(len(x), labels, guidance))
        inputs.update(x=x, times=times)
        if sampler.draws_noise:
            shape = (len(x), steps, *self.sample_shape)
            inputs["noise"] = StepNoise(seed, shape)
        loop = self._loops.get(sampler)
        samples = self._run(loop, inputs, ema, batch_size, verbose)
        bounds = self.value_range
        return samples if bounds is None else np.clip(samples, *bounds)

    def _run(self, loop, inputs, ema, batch_size, verbose):
        """The outputs of a `SamplingLoop`, with a row of times for each x."""
        batch_size = check_positive_integer(batch_size, "batch_size")
        times = inputs["times"].astype("float32")
        inputs["times"] = np.tile(times, (len(inputs["x"]), 1))
        with self._averages(self.has_averages if ema is None else ema):
            forward = backend.Forward(loop)
            return predict_in_batches(forward, inputs, batch_size, verbose)

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
