"""Metrics of other packages, where these are installed."""

import importlib

import numpy as np
import pytest


def torchmetrics(module):
    """A module of torchmetrics, or a skip without torch."""
    pytest.importorskip("torch", reason="torchmetrics computes with torch.")
    pytest.importorskip("torchmetrics", reason="The peer is an extra.")
    return importlib.import_module(f"torchmetrics.{module}")


def identity(num_features):
    """The network of torchmetrics when what it is given are features."""
    import torch

    network = torch.nn.Identity()
    network.num_features = num_features
    return network


def over_features(metric, real, fake):
    """The figure of a metric of torchmetrics, in float64."""
    import torch

    metric.set_dtype(torch.float64)
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(fake), real=False)
    return np.array([float(x) for x in np.atleast_1d(metric.compute())])


def over_images(metric, x, y):
    """What a metric of torchmetrics says to pairs of images, as numpy."""
    import torch

    y, x = (torch.from_numpy(z.transpose(0, 3, 1, 2).copy()) for z in (y, x))
    result = metric(y, x)
    if isinstance(result, tuple):
        return [part.numpy() for part in result]
    return float(result)
