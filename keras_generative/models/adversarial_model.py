import keras
from keras import ops
from keras.saving import serialize_keras_object

from keras_generative import backend
from keras_generative.losses.adversarial import adversarial_losses
from keras_generative.losses.penalties import get_penalties
from keras_generative.models.generative_model import GenerativeModel
from keras_generative.optimizers.optimizer_group import OptimizerGroup
from keras_generative.training.augmenter import check_augmenter
from keras_generative.training.duels import Duels
from keras_generative.utils.validation import check_positive_integer
from keras_generative.utils.validation import check_seed


class AdversarialModel(Duels, GenerativeModel):
    """A game of makers against judges, with the train step of two optimizers.

    Each step updates the judges `discriminator_steps` times, on the same real
    batch and fresh fakes, then the makers once, through the judges as they
    then are. The last fakes serve both updates.

    A subclass names its networks in `makers` and `judges`, and overrides
    `make`, `discriminator_objective` and `generator_objective`. What layers
    add as losses counts once in a step: for makers that of their last call,
    for judges the mean over real and fake samples.

    Args:
        *args: See `GenerativeModel`.
        augmenter: `keras.layers.Layer` through which judges see real and fake
            images in training. Defaults to `None`.
        seed: Integer or `None`, for the noise drawn in training.
        **kwargs: See `GenerativeModel`.

    Example:

    >>> class Repeat(AdversarialModel):  # Makes images out of images.
    ...     def make(self, batch, training):
    ...         return (self.generator(batch[0], training=training),)
    ...
    ...     def discriminator_objective(self, batch, made, training):
    ...         duel = (self.discriminator, batch[0], made[0])
    ...         return self.discriminator_duel(*duel)[:2]
    ...
    ...     def generator_objective(self, batch, made, training):
    ...         duel = (self.discriminator, batch[0], made[0])
    ...         return self.generator_duel(*duel)[0], {}

    Reference:

    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661),
      algorithm 1.
    """

    makers = ("generator",)
    judges = ("discriminator",)
    sample_network = "generator"
    log_names = (
        "loss",
        "generator_loss",
        "discriminator_loss",
        "discriminator_accuracy",
        "real_score",
        "fake_score",
    )

    def __init__(self, *args, augmenter=None, seed=None, **kwargs):
        super().__init__(*args, **kwargs)
        check_augmenter(augmenter, self.sample_shape)
        self.augmenter = augmenter
        self.seed = check_seed(seed, optional=True)
        self.seed_generator = keras.random.SeedGenerator(self.seed)

    def compile(
        self,
        generator_optimizer="adam",
        discriminator_optimizer="adam",
        loss="non_saturating",
        penalties=(),
        discriminator_steps=1,
        discriminator_constraint=None,
        **kwargs,
    ):
        """Says how the networks learn.

        Args:
            generator_optimizer: `keras.optimizers.Optimizer` or its id.
            discriminator_optimizer: Likewise, an object of its own.
            loss: An `AdversarialLoss` or its id, `"non_saturating"`,
                `"minimax"`, `"least_squares"`, `"hinge"`, `"wasserstein"`,
                `"relativistic"` or `"boundary_seeking"`.
            penalties: List of `Penalty` objects or their ids,
                `"gradient_penalty"`, `"r1_penalty"`, `"r2_penalty"` or
                `"dragan_penalty"`.
            discriminator_steps: Positive integer, updates of the
                discriminator for one of the generator. Defaults to `1`.
            discriminator_constraint: `keras.constraints.Constraint` of the
                discriminator's weights, after each update. Defaults to `None`.
            **kwargs: See `GenerativeModel.compile`.

        Raises:
            ValueError: If an id is unknown, two penalties share a name, the
                two optimizers are one object, or a side has nothing to train.
        """
        self.warn_of_probabilities()
        self.adversarial_loss = adversarial_losses.get(loss)
        self.penalties = get_penalties(penalties, self.log_names)
        self.discriminator_steps = check_positive_integer(
            discriminator_steps, "discriminator_steps"
        )
        self.discriminator_constraint = keras.constraints.get(
            discriminator_constraint
        )
        optimizers = {
            "generator": generator_optimizer,
            "discriminator": discriminator_optimizer,
        }
        variables = self._trained_variables()
        group = OptimizerGroup(
            {
                side: self._built_optimizer(optimizer, variables[side])
                for side, optimizer in optimizers.items()
            }
        )
        group.build(variables)
        self._compile(group, kwargs)

    def make(self, batch, training):
        """One forward pass of the makers.

        Args:
            batch: What `unpack` returns.
            training: Boolean.

        Returns:
            Tuple of float tensors, which the objectives are given.
        """
        raise NotImplementedError

    def discriminator_objective(self, batch, made, training):
        """What the judges minimise, and logs: `(loss, logs)`.

        Args:
            batch: See `make`, likewise `training`.
            made: What `make` returns, through which no gradients flow.
        """
        raise NotImplementedError

    def generator_objective(self, batch, made, training):
        """What the makers minimise, and logs: `(loss, logs)`.

        Args:
            batch: See `make`, likewise `training`.
            made: What `make` returns, the loss's one way to the makers.
        """
        raise NotImplementedError

    @backend.train_step
    def train_step(self, data):
        batch = self.unpack(data)
        # The papers draw new real samples for each; `fit` gives one batch.
        for _ in range(self.discriminator_steps - 1):
            self._update_judges(batch, self._make(batch))
        variables = self._variables_of(self.makers)
        made, pullback = backend.vjp(lambda: self._make(batch), variables)
        judges_logs = self._update_judges(batch, made)
        # Through the judges as they now are, which do not move.
        _, makers_logs = backend.minimize_through(
            lambda *made: self._makers_objective(batch, made),
            made,
            pullback,
            variables,
            self.optimizer["generator"],
        )
        return self._log_both(judges_logs, makers_logs, batch)

    @backend.test_step
    def test_step(self, data):
        batch = self.unpack(data)
        made = self._make(batch, training=False)
        _, judges_logs = self._judges_objective(batch, made, training=False)
        _, makers_logs = self._makers_objective(batch, made, training=False)
        return self._log_both(judges_logs, makers_logs, batch)

    def _make(self, batch, training=True):
        """What `make` returns, and the losses that makers' layers add."""
        made = self.make(batch, training)
        networks = [getattr(self, name) for name in self.makers]
        losses = [loss for network in networks for loss in network.losses]
        return (*made, backend.sum_losses(losses))

    def _update_judges(self, batch, made):
        made = [ops.stop_gradient(x) for x in made]
        variables = self._variables_of(self.judges)
        _, logs = backend.minimize(
            lambda: self._judges_objective(batch, made),
            variables,
            self.optimizer["discriminator"],
        )
        if self.discriminator_constraint is not None:
            for variable in variables:
                variable.assign(self.discriminator_constraint(variable))
        return logs

    def _judges_objective(self, batch, made, training=True):
        *made, _ = made
        loss, logs = self.discriminator_objective(batch, made, training)
        return loss, {**logs, "discriminator_loss": loss}

    def _makers_objective(self, batch, made, training=True):
        *made, layer_losses = made
        loss, logs = self.generator_objective(batch, made, training)
        loss = loss + layer_losses
        return loss, {**logs, "generator_loss": loss}

    def _log_both(self, judges_logs, makers_logs, batch):
        loss = judges_logs["discriminator_loss"] + makers_logs["generator_loss"]
        return self._log({**judges_logs, **makers_logs, "loss": loss}, batch)

    def draw_latents(self, batch):
        """Standard normal latents, one for each sample of a batch."""
        batch_size = ops.shape(keras.tree.flatten(batch)[0])[0]
        shape = (batch_size, *self.latent_shape)
        return backend.random_normal(shape, self.seed_generator)

    def _variables_of(self, names):
        """Trainable variables of networks, each once."""
        networks = [getattr(self, name) for name in names]
        variables = {id(v): v for n in networks for v in n.trainable_variables}
        return list(variables.values())

    def _trained_variables(self):
        return {
            "generator": self._variables_of(self.makers),
            "discriminator": self._variables_of(self.judges),
        }

    def _optimized(self):
        optimizer = self.optimizer["generator"] if self.compiled else None
        return optimizer, self._variables_of(self.makers)

    def _all_log_names(self):
        return [*self.log_names, *(penalty.name for penalty in self.penalties)]

    def get_config(self):
        return {
            **super().get_config(),
            "seed": self.seed,
            "augmenter": serialize_keras_object(self.augmenter),
        }

    def _compile_arguments(self):
        return {
            "generator_optimizer": self.optimizer["generator"],
            "discriminator_optimizer": self.optimizer["discriminator"],
            "loss": self.adversarial_loss,
            "penalties": list(self.penalties),
            "discriminator_steps": self.discriminator_steps,
            "discriminator_constraint": self.discriminator_constraint,
        }
