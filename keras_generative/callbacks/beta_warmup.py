import math

import keras

from keras_generative.utils import validation


class BetaWarmup(keras.callbacks.Callback):
    """Anneals the weight `beta` of a VAE's KL divergence from 0 upwards.

    At the begin of epoch t, counted from 0,
    `beta_t = beta * min(1, (t mod period) / warmup_epochs)`, where the period
    is `ceil(epochs / cycles)`. With one cycle, beta rises once and stays.
    The value is in the epoch's logs, as `beta`.

    Args:
        warmup_epochs: Integer, epochs from 0 to `beta`.
        beta: Number, at least 0, the final value. Defaults to `None`, the
            `beta` that the model was made with.
        cycles: Integer, how often beta starts anew from 0 within the `epochs`
            of `fit`. Defaults to `1`. The paper on cycles has 4 of them, and
            rises through half of each.

    Raises:
        ValueError: If an argument is none of the above; before training, if
            the model has no variable `beta`, if its own is 0 and no other is
            given, or if a cycle is no longer than its warm-up.

    Example:

    >>> vae = VAE(encoder, decoder, beta=4.0)
    >>> vae.compile()
    >>> vae.fit(images, epochs=50, callbacks=[BetaWarmup(10)])
    >>> vae.fit(images, epochs=40, callbacks=[BetaWarmup(5, cycles=4)])

    Reference:

    - [Bowman et al., 2016](https://arxiv.org/abs/1511.06349), section 3.1.
    - [Fu et al., 2019](https://arxiv.org/abs/1903.10145), equation 6.
    """

    def __init__(self, warmup_epochs, beta=None, cycles=1):
        super().__init__()
        validation.check_positive_integer(warmup_epochs, "warmup_epochs")
        if beta is not None:
            validation.check_number(beta, "beta", minimum=0)
        validation.check_positive_integer(cycles, "cycles")
        self.warmup_epochs = warmup_epochs
        self.beta = beta
        self.cycles = cycles
        self.writes_logs = True

    def on_train_begin(self, logs=None):
        model = self.model
        if not callable(getattr(getattr(model, "beta", None), "assign", None)):
            raise ValueError(
                "`BetaWarmup` needs a model with a scalar `keras.Variable` "
                f"named `beta`, such as a `VAE`. Received: model={model!r}"
            )
        self._final = _configured(model) if self.beta is None else self.beta
        if self.beta is None and self._final == 0.0:
            raise ValueError(
                "`BetaWarmup` needs a `beta` above 0 to rise to, and that of "
                "the model is 0. Give it to the model or to the callback. "
                "Received: beta=None"
            )
        if self.cycles > 1 and self.warmup_epochs >= self._period():
            raise ValueError(
                "Argument `warmup_epochs` must be less than the epochs of a "
                f"cycle, here {self._period()}, for beta to get to its value. "
                f"Received: warmup_epochs={self.warmup_epochs}, "
                f"cycles={self.cycles}, epochs={self.params['epochs']}"
            )

    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta.assign(self._value(epoch))

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            logs["beta"] = self._value(epoch)

    def _value(self, epoch):
        # A single cycle has no end: `epochs` need not be known, and a
        # continued run does not start anew.
        position = epoch if self.cycles == 1 else epoch % self._period()
        return self._final * min(1.0, position / self.warmup_epochs)

    def _period(self):
        return math.ceil(self.params["epochs"] / self.cycles)


def _configured(model):
    """The `beta` of a model's configuration, or else as it is now."""
    configured = getattr(model, "initial_beta", None)
    return float(
        keras.ops.convert_to_numpy(
            model.beta if configured is None else configured
        )
    )
