import sys

from keras_generative.writers.disk_writer import DiskWriter
from keras_generative.writers.wandb_writer import WandbWriter


def default_writers():
    """The writers of a callback that was given none.

    Returns:
        List of a `DiskWriter("pictures")` and, if a Weights & Biases run is
        active, a `WandbWriter()`.
    """
    writers = [DiskWriter("pictures")]
    # Not imported here: who has an active run has imported it.
    wandb = sys.modules.get("wandb")
    if getattr(wandb, "run", None) is not None:
        writers.append(WandbWriter())
    return writers
