import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.models import ACGAN
from keras_generative.models import GAN
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import labelled
from tests.test_case import make_acgan
from tests.test_case import make_images
from tests.test_case import make_labels
from tests.test_case import run_model_test
from tests.test_case import with_heads

LOG_NAMES = [
    *GAN.log_names,
    "class_loss",
    "class_accuracy",
    "fake_class_accuracy",
]


def test_trains_saves_loads_and_goes_on(tmp_path):
    model = make_acgan()
    model.compile(class_loss_weight=0.5)
    run_model_test(
        model, make_images(low=-1.0), LOG_NAMES, tmp_path, make_labels()
    )


def softplus(x):
    return np.logaddexp(0.0, x)


def classification(logits, labels):
    """Cross-entropy and accuracy, by numpy."""
    log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    accuracy = (logits.argmax(axis=-1) == labels).mean()
    return -log_p[np.arange(len(labels)), labels].mean(), accuracy


def test_both_players_minimise_the_adversarial_loss_and_that_of_classes():
    model = make_acgan()
    model.compile(class_loss_weight=0.3)
    real, labels = make_images(low=-1.0), make_labels()
    fake = -0.5 * real
    model.make = lambda batch, training: (ops.convert_to_tensor(fake),)
    logs = model.evaluate(
        real, labels, batch_size=20, verbose=0, return_dict=True
    )
    (real_score, real_logits), (fake_score, fake_logits) = (
        map(ops.convert_to_numpy, model.discriminator(x)) for x in (real, fake)
    )
    of_real, accuracy = classification(real_logits, labels)
    of_fake, fake_accuracy = classification(fake_logits, labels)
    expected = {
        "class_loss": of_real,
        "class_accuracy": accuracy,
        "fake_class_accuracy": fake_accuracy,
        "discriminator_loss": softplus(-real_score).mean()
        + softplus(fake_score).mean()
        + 0.3 * (of_real + of_fake),
        "generator_loss": softplus(-fake_score).mean() + 0.3 * of_fake,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, err_msg=name)


def test_generates_classes():
    model = make_acgan()
    ones, twos = (model.generate(3, labels=c, seed=1) for c in (1, 2))
    assert ones.shape == (3, *IMAGE_SHAPE)
    assert (ones != twos).any()
    assert model.label_spec == ((), 4)


def test_the_discriminator_says_how_many_classes_there_are():
    """Where the generator does not, as it has no embedding."""
    z = keras.Input((LATENT_DIM,))
    labels = keras.Input((), dtype="int32")
    one_hot = keras.layers.Lambda(
        lambda x: ops.one_hot(x, LATENT_DIM), output_shape=(LATENT_DIM,)
    )(labels)
    made = dense_network((LATENT_DIM,), IMAGE_SHAPE)(z + one_hot)
    generator = keras.Model([z, labels], made)
    model = ACGAN(generator, with_heads(1, 3), LATENT_DIM)
    assert model.label_spec == ((), 3)
    model.compile()
    with pytest.raises(ValueError, match="from 0 to 2.*Received"):
        model.fit(make_images(), make_labels(), verbose=0)


def unlabelled_generator():
    return dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh")


def generator_of_vectors():
    z, labels = keras.Input((LATENT_DIM,)), keras.Input((3,))
    joined = keras.layers.Concatenate()([z, labels])
    made = dense_network((LATENT_DIM + 3,), IMAGE_SHAPE)(joined)
    return keras.Model([z, labels], made)


def discriminator_of_labels():
    images, labels = keras.Input(IMAGE_SHAPE), keras.Input((), dtype="int32")
    score, logits = with_heads(1, 3)(images)
    directions = keras.layers.Embedding(3, 1)(labels)
    return keras.Model([images, labels], [score + directions, logits])


@pytest.mark.parametrize(
    "generator, discriminator, message",
    [
        (unlabelled_generator, lambda: with_heads(1, 3), "integer classes"),
        (generator_of_vectors, lambda: with_heads(1, 3), "integer classes"),
        (None, lambda: with_heads(1, 4), "as many as.*logits, 4"),
        (None, lambda: with_heads(1), "logits of two or more classes"),
        (None, lambda: with_heads(1, 1), "logits of two or more classes"),
        (None, lambda: with_heads(1, 3, 3), "logits of two or more classes"),
        (None, lambda: with_heads(3, 3), "one score for each sample"),
        (None, discriminator_of_labels, "discriminator.*one input"),
    ],
)
def test_networks_that_do_not_fit(generator, discriminator, message):
    if generator is None:
        generator = labelled(unlabelled_generator(), num_classes=3)
    else:
        generator = generator()
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        ACGAN(generator, discriminator(), LATENT_DIM)


def test_bad_weight():
    with pytest.raises(ValueError, match="class_loss_weight.*Received"):
        make_acgan().compile(class_loss_weight=-1.0)


def test_needs_labels():
    model = make_acgan()
    model.compile()
    with pytest.raises(ValueError, match="take labels.*Received"):
        model.fit(make_images(), verbose=0)
    with pytest.raises(ValueError, match="from 0 to 3.*Received"):
        model.fit(make_images(), make_labels(unlabelled=0.5), verbose=0)
