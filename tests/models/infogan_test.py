import math

import numpy as np
import pytest
from keras import ops

from keras_generative.models import GAN
from keras_generative.models import InfoGAN
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import labelled
from tests.test_case import make_images
from tests.test_case import make_infogan
from tests.test_case import run_model_test
from tests.test_case import with_heads

LOG_NAMES = [*GAN.log_names, "mutual_information"]


@pytest.mark.parametrize(
    "codes",
    [
        dict(num_categories=4, num_continuous=2),
        dict(num_categories=(3, 2), num_continuous=0),
        dict(num_categories=0, num_continuous=1),
        dict(num_categories=3, num_continuous=2, heads=(3, 2, 2)),
    ],
    ids=str,
)
def test_trains_saves_loads_and_goes_on(codes, tmp_path):
    model = make_infogan(**codes)
    model.compile(information_weight=0.5)
    run_model_test(model, make_images(low=-1.0), LOG_NAMES, tmp_path)


def softplus(x):
    return np.logaddexp(0.0, x)


def log_softmax(x):
    return x - np.logaddexp.reduce(x, axis=-1, keepdims=True)


def log_normal(x, mean, scale):
    standardized = (x - mean) / scale
    log_p = -0.5 * standardized**2 - np.log(scale * math.sqrt(2 * math.pi))
    return log_p.sum(axis=-1)


def random_codes(num_samples):
    """Those of `num_categories=(3, 2), num_continuous=2`."""
    generator = np.random.default_rng(1)
    one_hots = [
        np.eye(count)[generator.integers(0, count, num_samples)]
        for count in (3, 2)
    ]
    continuous = generator.uniform(-1, 1, (num_samples, 2))
    return np.concatenate([*one_hots, continuous], axis=1).astype("float32")


@pytest.mark.parametrize("learned", [False, True])
def test_both_players_gain_the_information(learned):
    heads = (5, 2, 2) if learned else (5, 2)
    model = make_infogan((3, 2), 2, heads=heads)
    model.compile(information_weight=0.7)
    real, codes = make_images(low=-1.0), random_codes(20)
    fake = -0.5 * real
    model.make = lambda batch, training: tuple(
        map(ops.convert_to_tensor, (fake, codes))
    )
    logs = model.evaluate(real, batch_size=20, verbose=0, return_dict=True)
    real_score, *_ = map(ops.convert_to_numpy, model.discriminator(real))
    fake_score, logits, mean, *log_scale = map(
        ops.convert_to_numpy, model.discriminator(fake)
    )
    scale = 1.0
    if learned:  # It stays above exp(-6).
        scale = np.exp(softplus(log_scale[0] + 6.0) - 6.0)
    log_q = (
        (codes[:, :3] * log_softmax(logits[:, :3])).sum(axis=-1)
        + (codes[:, 3:5] * log_softmax(logits[:, 3:])).sum(axis=-1)
        + log_normal(codes[:, 5:], mean, scale)
    )
    entropy = math.log(3) + math.log(2) + 2 * math.log(2)
    information = log_q.mean() + entropy
    expected = {
        "mutual_information": information,
        "generator_loss": softplus(-fake_score).mean() - 0.7 * information,
        "discriminator_loss": softplus(-real_score).mean()
        + softplus(fake_score).mean()
        - 0.7 * information,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, err_msg=name)


def test_who_knows_the_category_has_its_entropy():
    model = make_infogan(4, 0)
    codes = ops.convert_to_tensor(np.eye(4, dtype="float32"))
    model.compile()
    for certainty, information in ((0.0, 0.0), (50.0, math.log(4))):
        _, logs = model.auxiliary_loss([certainty * codes], None, (None, codes))
        np.testing.assert_allclose(
            float(logs["mutual_information"]), information, atol=1e-6
        )


def test_makes_samples_of_the_codes_it_tells():
    model = make_infogan()
    batch = (ops.zeros((6, *IMAGE_SHAPE)), None)
    drawn = []
    draw = model.draw_latents
    model.draw_latents = lambda batch: drawn.append(draw(batch)) or drawn[-1]
    fake, codes = map(ops.convert_to_numpy, model.make(batch, False))
    (z,) = map(ops.convert_to_numpy, drawn)
    assert z.shape == (6, LATENT_DIM + 6)
    np.testing.assert_array_equal(codes, z[:, LATENT_DIM:])
    np.testing.assert_array_equal(codes[:, :4].sum(axis=1), 1.0)
    np.testing.assert_allclose(fake, model.decode(z), rtol=1e-5, atol=1e-6)


def test_generates_of_codes():
    model = make_infogan()
    z = model.prior.sample(5, model.latent_shape, seed=2)

    def expected(codes):
        codes = np.broadcast_to(codes, (5, codes.shape[-1]))
        rest = z[:, LATENT_DIM + codes.shape[1] :]
        return model.decode(np.hstack([z[:, :LATENT_DIM], codes, rest]))

    categories, whole = np.eye(4)[[0, 3, 3, 2, 1]], np.zeros((5, 6))
    for codes, latents in {
        3: np.eye(4)[[3]],
        (0, 3, 3, 2, 1): categories,
        None: z[:, LATENT_DIM:],
    }.items():
        images = model.generate(5, codes=codes, seed=2)
        np.testing.assert_array_equal(images, expected(latents))
    images = model.generate(5, codes=whole, seed=2)
    np.testing.assert_array_equal(images, expected(whole))
    assert (model.generate(5, codes=1) != model.generate(5, codes=1)).any()


@pytest.mark.parametrize(
    "codes, message",
    [
        (4, "from 0 to 3"),
        (-1, "from 0 to 3"),
        ([0, 1], "one for each sample"),
        (0.5, r"shape \(3, 6\)"),
        (np.zeros((3, 4)), r"shape \(3, 6\)"),
        (np.zeros((2, 6)), r"shape \(3, 6\)"),
        ("three", r"shape \(3, 6\)"),
    ],
)
def test_bad_codes(codes, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        make_infogan().generate(3, codes=codes)


@pytest.mark.parametrize("num_categories", [0, (2, 3)])
def test_a_category_of_no_or_several_codes(num_categories):
    with pytest.raises(ValueError, match="a single code.*Received"):
        make_infogan(num_categories).generate(3, codes=1)


def test_infers_codes():
    model, images = make_infogan((3, 2), 2), make_images()
    _, logits, mean = map(ops.convert_to_numpy, model.discriminator(images))
    probabilities, means = model.infer_codes(images, batch_size=8)
    blocks = [np.exp(log_softmax(b)) for b in (logits[:, :3], logits[:, 3:])]
    np.testing.assert_allclose(probabilities, np.hstack(blocks), rtol=1e-4)
    np.testing.assert_allclose(means, mean, rtol=1e-4, atol=1e-6)
    for codes, sizes in (((4, 0), (4, 0)), ((0, 3), (0, 3))):
        inferred = make_infogan(*codes).infer_codes(images)
        assert [x.shape for x in inferred] == [(20, n) for n in sizes]
    with pytest.raises(ValueError, match="Each sample.*Received"):
        model.infer_codes(images[:, :2])


def build(latent_size, *heads, label=False, **kwargs):
    generator = dense_network((latent_size,), IMAGE_SHAPE, "tanh")
    if label:
        generator = labelled(generator)
    return InfoGAN(generator, with_heads(*heads), LATENT_DIM, **kwargs)


@pytest.mark.parametrize(
    "arguments, kwargs, message",
    [
        ((3 + 12, 1), {}, r"\[\(10,\), \(2,\)\]"),
        ((3 + 12, 1, 10), {}, r"\[\(10,\), \(2,\)\]"),
        ((3 + 12, 1, 2, 10), {}, r"\[\(10,\), \(2,\)\]"),
        ((3 + 12, 10, 10, 2), {}, "one score for each sample"),
        ((3 + 10, 1, 10, 10), {"num_continuous": 0}, r"\[\(10,\)\]"),
        ((3, 1, 10, 2), {}, "generator does not take"),
        ((3 + 12, 1, 10, 2), {"label": True}, "generator.*one input"),
        ((3, 1), {"num_categories": 0, "num_continuous": 0}, "and 1 where"),
        ((3, 1), {"num_continuous": -1}, "`num_continuous`"),
        ((3, 1), {"num_categories": 1}, "`num_categories`"),
        ((3, 1), {"num_categories": (3, 0)}, "`num_categories`"),
        ((3, 1), {"num_categories": "ten"}, "`num_categories`"),
    ],
)
def test_networks_and_codes_that_do_not_fit(arguments, kwargs, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        build(*arguments, **kwargs)


def test_bad_weight():
    with pytest.raises(ValueError, match="information_weight.*Received"):
        make_infogan().compile(information_weight=-1.0)
