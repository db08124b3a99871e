"""What Keras lends to JAX during a step, brought back whatever happens.

In `fit`, Keras takes the arrays out of a model's variables, lends them to the
compiled step, which ends them, and goes on with those the step returns. The
variables are empty until a callback asks for `self.model`, or the epoch ends.
"""

import contextlib
import functools
import itertools
import threading

import keras

from keras_generative.backend.steps import WholeFit

_GROUPS = {
    4: ("trainable", "non_trainable", "optimizer", "metrics"),
    3: ("trainable", "non_trainable", "metrics"),
}
_TRUSTED = ("keras", "keras_generative")
_loans = []


class LentVariables(WholeFit):
    """Makes a `keras.Model` on JAX keep its variables through interruptions.

    Ctrl-C is held all through `fit`, but where data are fetched and where an
    epoch begins or ends: there all arrays are alive, and known.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._loan = None

    def _whole(self, function):
        @functools.wraps(function)
        def step(state, iterator):
            loan = self._loan or _Loan(self)
            try:
                with self._interrupts.let_through():
                    batches = itertools.islice(
                        iterator, self.steps_per_execution
                    )
                    batches = iter(list(batches))
                with loan.lock:
                    outputs, state = function(state, batches)
                    loan.update(state)
            except BaseException:
                # Keras would return what it last saw after a step, if any.
                self.jax_state_sync()
                loan.give_back(state)
                raise
            return outputs, state

        return step

    @contextlib.contextmanager
    def _stepping(self):
        with self._lending():
            try:
                yield
            except BaseException:
                self.jax_state_sync()  # as Keras does in `fit` alone
                raise

    @contextlib.contextmanager
    def _lending(self):
        if self._loan is not None:  # `evaluate` within `fit`
            yield
            return
        with self._interrupts.watched(), self._interrupts.held():
            self._loan = _Loan(self)
            _loans.append(self._loan)
            try:
                yield
            finally:
                _loans.remove(self._loan)
                self._loan = None

    def _check_present(self):
        variables = self.variables
        if any(loan.is_elsewhere(variables) for loan in list(_loans)):
            raise _in_use(self)

    def _with_watchers(self, callbacks):
        if isinstance(callbacks, keras.callbacks.CallbackList):
            return callbacks
        callbacks = keras.tree.flatten(callbacks or [])
        live = [_Live()] if any(map(_looks_at_batches, callbacks)) else []
        return super()._with_watchers([*live, *callbacks])


class _Loan:
    """The arrays of a model that is being trained, which are with Keras."""

    def __init__(self, model):
        self.lock = threading.Lock()
        self._thread = threading.get_ident()
        self._model = model
        self._values = {
            name: [v.value for v in self._variables(name)]
            for name in _GROUPS[4]
        }

    def _variables(self, name):
        owner = self._model
        if name == "optimizer":
            optimizer = getattr(owner, "optimizer", None)
            return [] if optimizer is None else optimizer.variables
        return getattr(owner, f"{name}_variables")

    def update(self, state):
        """Notes the state that a step returns."""
        self._values.update(zip(_GROUPS[len(state)], state))

    def give_back(self, state):
        """Puts arrays that a step did not end back into the variables."""
        for name, values in zip(_GROUPS[len(state)], state):
            self._values[name] = values
            for variable, value in zip(self._variables(name), values):
                if not value.is_deleted():
                    variable.assign(value)

    def present(self):
        """Dict of the ids of variables to their values after the last step."""
        return {
            id(variable): value
            for name, values in self._values.items()
            for variable, value in zip(self._variables(name), values)
        }

    def is_elsewhere(self, variables):
        """Whether another thread trains one of these."""
        if self._thread == threading.get_ident():
            return False
        return not {id(v) for v in variables}.isdisjoint(self.present())

    def copies(self, variables):
        """The values after the last step, which no later step can end."""
        with self.lock:
            present = self.present()
            values = [
                present[id(v)] if id(v) in present else v.value
                for v in variables
            ]
            if any(value.is_deleted() for value in values):
                raise _in_use(self._model)
            return [value.copy() for value in values]


class _Live(keras.callbacks.Callback):
    """Returns the arrays to the variables between steps, for who looks then.

    A callback that holds the model by itself, and not by the `self.model`
    that asks Keras for them, reads and assigns what is trained, too.
    """

    def on_train_batch_end(self, batch, logs=None):
        # Keras takes them anew for the next step.
        self.model.jax_state_sync()

    on_test_batch_end = on_train_batch_end


def _looks_at_batches(callback):
    """Whether a callback has code of the user's own between steps."""
    hooks = [
        getattr(callback, f"on_{phase}_{moment}")
        for phase in ("batch", "train_batch", "test_batch")
        for moment in ("begin", "end")
    ]
    modules = [getattr(hook, "__module__", None) or "" for hook in hooks]
    # Those of Keras and of this package ask by `self.model` when it is time.
    return any(m.split(".")[0] not in _TRUSTED for m in modules)


def present_values(variables):
    """Values of variables, also while another thread trains them."""
    for loan in list(_loans):
        if loan.is_elsewhere(variables):
            return loan.copies(variables)
    return [variable.value for variable in variables]


def _in_use(model):
    return RuntimeError(
        "On JAX, the variables of a model are lent to the thread that trains "
        "it, and other threads cannot do this in the meantime. Do it in a "
        "callback of `fit`, or with a copy that `keras.models.clone_model` "
        "made before, or wait for the end of `fit`. "
        f"Received: model={model!r}"
    )
