from keras_generative.utils import LazyModule
from keras_generative.writers.pictures import check_picture

wandb = LazyModule("wandb", pip_name="wandb")

# By the id of a run: `step` and `epoch` of the training that a `WandbLogger`
# logs there. It keeps them up to date.
positions = {}


class WandbWriter:
    """Logs pictures to the active Weights & Biases run.

    Beside a `callbacks.WandbLogger` they are shown over its `step`. Without
    one, the step of a picture is logged beside it, as `<name>_step`.

    Example:

    >>> wandb.init(project="digits")
    >>> model.fit(x, callbacks=[SampleGridLogger(writers=[WandbWriter()])])
    """

    def __init__(self):
        self._rows = {}

    def write(self, name, image, step):
        """Logs one picture.

        Args:
            name: String, the key.
            image: uint8 array of shape (height, width, 3).
            step: Integer.

        Raises:
            ValueError: If it is no picture, or no step.
            RuntimeError: If no run is active.
        """
        check_picture(image, step)
        run = active_run("WandbWriter")
        picture = wandb.Image(image)
        if run.id in positions:
            run.log({name: picture, **positions[run.id]})
            return
        # A run's own step only grows, and what is logged with `step=` below
        # it is dropped. So `step=` is not used here, and the picture joins
        # the row that is still open (`commit=False`): closing it would raise
        # the step, and drop what the user logs with `step=`. Only a row that
        # already has a picture of this name is closed, lest it be replaced.
        if self._rows.get(name) == (run.id, run.step):
            run.log({}, commit=True)
        self._rows[name] = (run.id, run.step)
        run.log({name: picture, f"{name}_step": step}, commit=False)


def active_run(user):
    """The active run, or a `RuntimeError` in the name of its user."""
    run = wandb.run
    if run is None:
        raise RuntimeError(
            f"`{user}` needs an active run. Call `wandb.init()` before `fit`. "
            "Received: wandb.run=None"
        )
    return run
