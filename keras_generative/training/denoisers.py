"""Networks of samples, times and labels."""

from keras_generative.training.labels import label_spec
from keras_generative.utils.networks import check_network
from keras_generative.utils.validation import check_positive_integer


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


def denoiser_labels(network, label_dropout, num_classes):
    """The `LabelSpec` of a network, and what it is told in place of a label.

    Args:
        network: What `check_denoiser` has let through.
        label_dropout: Float, how often it is told that in training.
        num_classes: Integer, or `None` for what the network says.

    Returns:
        `(spec, null_label)`, each `None` where there is none.

    Raises:
        ValueError: If it is not known which class stands for no label.
    """
    spec = label_spec(2, network=network)
    if num_classes is not None:
        check_positive_integer(num_classes, "num_classes")
    if spec is None or spec.shape:
        return spec, None if spec is None or label_dropout == 0 else 0.0
    if label_dropout == 0:
        known = spec.num_classes if num_classes is None else num_classes
        return spec._replace(num_classes=known), None
    if num_classes is None and spec.num_classes is None:
        raise ValueError(
            "Labels are left out in training, and the network is told the "
            "class `num_classes` instead: its labels must go into an "
            "`Embedding(num_classes + 1, ...)`, or the model must be given "
            "`num_classes`. With `label_dropout=0.0` none are left out. "
            f"Received: num_classes=None, label_dropout={label_dropout}"
        )
    if num_classes is None:
        num_classes = spec.num_classes - 1
    return spec._replace(num_classes=num_classes), num_classes
