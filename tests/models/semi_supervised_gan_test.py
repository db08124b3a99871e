import keras
import numpy as np
import pytest
from keras import ops

from keras_generative.callbacks import SampleGridLogger
from keras_generative.models import GAN
from keras_generative.models import SemiSupervisedGAN
from keras_generative.writers import MemoryWriter
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import labelled
from tests.test_case import make_images
from tests.test_case import make_labels
from tests.test_case import make_semi_supervised_gan
from tests.test_case import run_model_test
from tests.test_case import with_heads

LOG_NAMES = [*GAN.log_names, "class_loss", "class_accuracy"]


@pytest.mark.parametrize("features", [False, True])
def test_trains_saves_loads_and_goes_on(features, tmp_path):
    discriminator = with_features() if features else None
    model = make_semi_supervised_gan(discriminator)
    model.compile(class_loss_weight=0.5)
    labels = make_labels(unlabelled=0.6)
    run_model_test(model, make_images(low=-1.0), LOG_NAMES, tmp_path, labels)


def with_features():
    """Logits, and the layer before, of which all is trained by them."""
    discriminator = with_heads(4)
    features = discriminator.layers[-2].output
    return keras.Model(
        discriminator.inputs[0], [*discriminator.outputs, features]
    )


def evaluated(model, real, fake, labels):
    model.make = lambda batch, training: (ops.convert_to_tensor(fake),)
    return model.evaluate(
        real, labels, batch_size=20, verbose=0, return_dict=True
    )


def outputs_of(model, x):
    outputs = keras.tree.flatten(model.discriminator(x))
    return [ops.convert_to_numpy(y).astype("float64") for y in outputs]


def test_fakes_are_one_more_class():
    """With K + 1 classes, the logit of the last 0, and labels of some."""
    model = make_semi_supervised_gan()
    model.compile(class_loss_weight=0.3)
    real, labels = make_images(low=-1.0), make_labels(unlabelled=0.4)
    fake = -0.5 * real
    logs = evaluated(model, real, fake, labels)
    logits, fake_logits = (outputs_of(model, x)[0] for x in (real, fake))

    def log_p(logits):
        logits = np.hstack([logits, np.zeros((len(logits), 1))])
        return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)

    is_fake = log_p(logits)[:, -1], log_p(fake_logits)[:, -1]
    known = labels >= 0
    of_class = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    class_loss = -of_class[known, labels[known]].mean()
    expected = {
        "class_loss": class_loss,
        "class_accuracy": (logits.argmax(axis=-1) == labels)[known].mean(),
        "discriminator_loss": -np.log1p(-np.exp(is_fake[0])).mean()
        - is_fake[1].mean()
        + 0.3 * class_loss,
        "generator_loss": -np.log1p(-np.exp(is_fake[1])).mean(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, err_msg=name)


def test_feature_matching():
    model = make_semi_supervised_gan(with_features())
    real = make_images(low=-1.0)
    for fake in (real, -0.5 * real):
        model.compile()  # Else other fakes would be those of before.
        logs = evaluated(model, real, fake, make_labels())
        means = [outputs_of(model, x)[1].mean(axis=0) for x in (real, fake)]
        expected = np.square(means[0] - means[1]).sum()
        assert (expected > 0.01) == (fake is not real)
        np.testing.assert_allclose(
            logs["generator_loss"], expected, rtol=1e-4, atol=1e-6
        )


def test_a_batch_without_labels_trains_as_if_classes_weighed_nothing():
    def fit(weight):
        keras.utils.set_random_seed(1)
        model = make_semi_supervised_gan()
        model.compile(class_loss_weight=weight)
        history = model.fit(
            make_images(low=-1.0), make_labels(unlabelled=1.0), verbose=0
        )
        return model.get_weights(), history.history

    (weights, logs), (others, _) = fit(1.0), fit(0.0)
    assert logs["class_loss"] == logs["class_accuracy"] == [0.0]
    for a, b in zip(weights, others):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_logs_are_means_over_what_is_labelled():
    """Of batches with 0, 4 and 4 labels as of a batch with all."""
    model = make_semi_supervised_gan()
    model.compile()
    images, labels = make_images(low=-1.0), make_labels(unlabelled=0.6)
    labels[-3:] = model.classify(images)[-3:].argmax(axis=-1)  # right ones
    parts, whole = (
        model.evaluate(
            images, labels, batch_size=size, verbose=0, return_dict=True
        )
        for size in (8, 20)
    )
    for name in ("class_loss", "class_accuracy"):
        assert whole[name] > 0.0
        np.testing.assert_allclose(parts[name], whole[name], rtol=1e-5)


def test_classifies():
    model, images = make_semi_supervised_gan(), make_images()
    logits = outputs_of(model, images)[0]
    expected = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    classify = model.classify(images, batch_size=8)
    np.testing.assert_allclose(classify, expected, rtol=1e-4)
    np.testing.assert_allclose(
        model.predict(images, verbose=0), classify, rtol=1e-4
    )
    data_set = ((images[i : i + 8],) for i in (0, 8, 16))
    np.testing.assert_allclose(model.classify(data_set), classify, rtol=1e-4)
    with pytest.raises(ValueError, match="Each sample.*Received"):
        model.classify(images[:, :2])
    with pytest.raises(ValueError, match="at least one.*Received"):
        model.classify(images[:0])


def test_generates_and_draws_without_labels():
    model, writer = make_semi_supervised_gan(), MemoryWriter()
    model.compile()
    assert model.generate(3, seed=1).shape == (3, *IMAGE_SHAPE)
    logger = SampleGridLogger(4, every_n_epochs=1, writers=[writer])
    model.fit(
        make_images(low=-1.0), make_labels(), verbose=0, callbacks=[logger]
    )
    assert writer.images


def generator():
    return dense_network((LATENT_DIM,), IMAGE_SHAPE, "tanh")


@pytest.mark.parametrize(
    "sizes, label, message",
    [
        ((1,), False, "logits of two or more classes"),
        ((4, 3, 2), False, "or these and features"),
        ((4,), True, "generator.*one input"),
    ],
)
def test_networks_that_do_not_fit(sizes, label, message):
    maker = labelled(generator()) if label else generator()
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        SemiSupervisedGAN(maker, with_heads(*sizes), LATENT_DIM)


@pytest.mark.parametrize(
    "labels, message",
    [
        (None, "Pass them along with the data"),
        (np.full(20, -2), "from -1 to 3"),
        (np.full(20, 4), "from -1 to 3"),
        (np.eye(4)[make_labels()], "One-hot labels become classes"),
        (np.zeros(19), "one label for each sample"),
    ],
)
def test_bad_labels(labels, message):
    model = make_semi_supervised_gan()
    model.compile()
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        model.fit(make_images(), labels, verbose=0)
    if labels is None:
        with pytest.raises(ValueError, match=message):
            model.train_on_batch(make_images())


def test_bad_weight():
    with pytest.raises(ValueError, match="class_loss_weight.*Received"):
        make_semi_supervised_gan().compile(class_loss_weight=-1.0)
