"""What is asked of a discriminator that says more than a score."""

from keras_generative.utils.networks import label_input


def check_takes_no_labels(**networks):
    """Raises a `ValueError` if a network has a second input."""
    for name, network in networks.items():
        if label_input(network) is not None:
            raise ValueError(
                f"The {name} of this model must have one input, since it is "
                f"given no labels. Received: {name}={network!r} with inputs "
                f"{network.inputs}"
            )


def check_class_logits(shapes):
    """Raises a `ValueError` unless there is one output, logits of classes.

    Args:
        shapes: List of tuples, the shapes of outputs without the batch.
    """
    if len(shapes) != 1 or len(shapes[0]) != 1 or shapes[0][0] < 2:
        raise ValueError(
            "The discriminator must give logits of two or more classes, of "
            "shape (batch, num_classes), beside the scores. "
            f"Received: further outputs of shape {shapes}"
        )
