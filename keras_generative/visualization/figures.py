"""Figures of matplotlib that leave no trace."""

import gc

import numpy as np

from keras_generative.utils import LazyModule

# Without pyplot, which would keep them all and pick a display.
figure = LazyModule("matplotlib.figure", pip_name="matplotlib")
agg = LazyModule("matplotlib.backends.backend_agg", pip_name="matplotlib")


def new_figure(width, height):
    """An empty figure, its sizes in hundreds of pixels."""
    # Earlier figures refer to themselves, and would stay until Python looks
    # through all that it holds. These are among the young.
    gc.collect(1)
    plot = figure.Figure((width, height), dpi=100, layout="constrained")
    agg.FigureCanvasAgg(plot)
    return plot


def tidy(axes):
    """A pale grid behind what is drawn, and no frame."""
    axes.set_axisbelow(True)
    axes.grid(color="0.92")
    axes.spines[["top", "right"]].set_visible(False)


def to_array(plot):
    """The figure as a uint8 array of shape (height, width, 3)."""
    plot.canvas.draw()
    return np.array(plot.canvas.buffer_rgba())[..., :3]
