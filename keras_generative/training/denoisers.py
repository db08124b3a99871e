"""Networks of samples, times and labels."""

from keras_generative.training.labels import label_spec
from keras_generative.utils.networks import check_network
from keras_generative.utils.networks import label_input


def check_denoiser(network):
    """Returns the shape of one sample, or raises a `ValueError`.

    Args:
        network: What should be a `keras.Model` of `[x, time]` or
            `[x, time, labels]` to a tensor of the shape of x.
    """
    check_network(network, "network")
    inputs = getattr(network, "inputs", None) or ()
    shapes = [tuple(x.shape[1:]) for x in inputs]
    if (
        len(shapes) not in (2, 3)
        or not shapes[0]
        or None in shapes[0]
        or shapes[1] != ()
        or "float" not in inputs[1].dtype
    ):
        received = [(x.name, tuple(x.shape), x.dtype) for x in inputs]
        raise ValueError(
            "The network must be a functional model of `[x, time]` or `[x, "
            "time, labels]`: samples of a known shape, and times, floats of "
            "shape (batch,), as `keras.Input(())` makes. "
            f"Received: a network with inputs {received}"
        )
    outputs = [tuple(y.shape[1:]) for y in network.outputs]
    if outputs != shapes[:1]:
        raise ValueError(
            "The network must give one output of the shape of samples, "
            f"{shapes[0]}. Received: outputs of shape {outputs}"
        )
    return shapes[0]


def denoiser_labels(network, label_dropout):
    """The `LabelSpec` of a network, and what it is told in place of a label.

    Args:
        network: What `check_denoiser` has let through.
        label_dropout: Float, how often it is told that in training.

    Returns:
        `(spec, null_label)`, each `None` where there is none.

    Raises:
        ValueError: If it is not known which class stands for no label.
    """
    spec = label_spec(2, network=network)
    if spec is None or label_dropout == 0:
        return spec, None
    if spec.shape:
        return spec, 0.0
    if spec.num_classes is None:
        raise ValueError(
            "Labels are left out in training, and the network must know one "
            "class more than there are, the last one, which stands for none: "
            "its labels must go into an `Embedding(num_classes + 1, ...)`. "
            "With `label_dropout=0.0` they are never left out. "
            f"Received: label_dropout={label_dropout} for labels "
            f"{label_input(network, 2)}"
        )
    null_label = spec.num_classes - 1
    return spec._replace(num_classes=null_label), null_label
