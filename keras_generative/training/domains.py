"""The four networks of a game between two domains of images."""

from keras_generative.training.class_heads import check_takes_no_labels
from keras_generative.training.translations import check_judge
from keras_generative.utils.networks import check_nothing_shared
from keras_generative.utils.networks import known_input_shape
from keras_generative.utils.networks import output_range
from keras_generative.utils.networks import output_shapes


def check_domains(**networks):
    """Returns the shapes of one image of A and of B, or raises.

    Args:
        **networks: `generator_ab`, `generator_ba`, `discriminator_a` and
            `discriminator_b`.

    Raises:
        ValueError: If the networks do not fit each other.
    """
    there, back = networks["generator_ab"], networks["generator_ba"]
    shape_a = known_input_shape(there, "generator_ab")
    shape_b = known_input_shape(back, "generator_ba")
    check_takes_no_labels(**networks)
    made_b = output_shapes(there, shape_a, "generator_ab")
    made_a = output_shapes(back, shape_b, "generator_ba")
    if (made_a, made_b) != ([shape_a], [shape_b]) or not (
        len(shape_a) == len(shape_b) == 3
    ):
        raise ValueError(
            "Each generator must make images of the shape that the other one "
            "takes, (height, width, channels). Received: generators from "
            f"{shape_a} to {made_b} and from {shape_b} to {made_a}"
        )
    _check_ranges(there, back)
    for domain, shape in {"a": shape_a, "b": shape_b}.items():
        name = f"discriminator_{domain}"
        check_judge(networks[name], name, shape, None)
    check_nothing_shared(**networks)
    return shape_a, shape_b


def _check_ranges(there, back):
    ranges = [output_range(there), output_range(back)]
    if ranges[0] != ranges[1]:
        raise ValueError(
            "Both generators must end in the same activation: the domains "
            "have one range of values. "
            f"Received: generators that give {ranges[0]} and {ranges[1]}"
        )
