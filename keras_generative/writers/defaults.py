import sys

from keras_generative.writers.disk_writer import DiskWriter
from keras_generative.writers.notebook_writer import NotebookWriter
from keras_generative.writers.wandb_writer import WandbWriter


def default_writers():
    """The writers of a callback that was given none.

    Returns:
        List of a `DiskWriter("pictures")`, in a notebook a `NotebookWriter()`
        and, if a Weights & Biases run is active, a `WandbWriter()`.
    """
    writers = [DiskWriter("pictures")]
    if _in_notebook():
        writers.append(NotebookWriter())
    # Not imported here: who has an active run has imported it.
    wandb = sys.modules.get("wandb")
    if getattr(wandb, "run", None) is not None:
        writers.append(WandbWriter())
    return writers


def _in_notebook():
    # A notebook has imported it. In a terminal its shell has no kernel.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
