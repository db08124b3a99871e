"""What is said of data before the first step, and by whom."""

import warnings

import keras
import numpy as np
import pytest

from keras_generative.datasets import ShuffledBatches
from keras_generative.models import Autoencoder
from tests.test_case import IMAGE_SHAPE
from tests.test_case import LATENT_DIM
from tests.test_case import dense_network
from tests.test_case import make_compiled
from tests.test_case import make_conditional_gan
from tests.test_case import make_conditional_vae
from tests.test_case import make_images
from tests.test_case import weights_of

IMAGES = make_images()
CLASSES = np.arange(20) % 4


class Batches(keras.utils.PyDataset):
    def __init__(self, *arrays):
        super().__init__()
        self.arrays = arrays
        self.read = []

    def __len__(self):
        return -(-len(self.arrays[0]) // 8)

    def __getitem__(self, index):
        self.read.append(index)
        return tuple(x[8 * index : 8 * index + 8] for x in self.arrays)


def tf_data(*arrays):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(arrays).batch(8)


def tf_dicts(*arrays):
    tf = pytest.importorskip("tensorflow")
    names = dict(zip(("image", "label"), arrays))
    return tf.data.Dataset.from_tensor_slices(names).batch(8)


def loader(*arrays):
    torch = pytest.importorskip("torch")
    tensors = map(torch.as_tensor, arrays)
    dataset = torch.utils.data.TensorDataset(*tensors)
    return torch.utils.data.DataLoader(dataset, batch_size=8)


def generator(*arrays):
    for start in (0, 8, 16):
        yield tuple(x[start : start + 8] for x in arrays)


def dicts(*arrays):
    for batch in generator(*arrays):
        yield dict(zip(("image", "label"), batch))


KINDS = {
    "arrays": lambda x, y: {"x": x, "y": y},
    "lists": lambda x, y: {"x": list(x), "y": list(y)},
    "dict": lambda x, y: {"x": {"image": x, "label": y}},
    "PyDataset": lambda *arrays: {"x": Batches(*arrays)},
    "tf.data": lambda *arrays: {"x": tf_data(*arrays)},
    "tf.data of dicts": lambda *arrays: {"x": tf_dicts(*arrays)},
    "DataLoader": lambda *arrays: {"x": loader(*arrays)},
    "generator": lambda *arrays: {"x": generator(*arrays)},
    "generator of dicts": lambda *arrays: {"x": dicts(*arrays)},
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def make(name):
    conditional = {
        "conditional gan": make_conditional_gan,
        "conditional vae": make_conditional_vae,
    }
    if name not in conditional:
        return make_compiled(name)
    model = conditional[name]()
    model.compile()
    return model


def images_for(name):
    return make_images(low=-1.0) if "gan" in name else IMAGES


def assert_refused(message, model, *args, **kwargs):
    before = weights_of(model)
    with pytest.raises(ValueError, match=f"(?s){message}"):
        model.fit(*args, verbose=0, **kwargs)
    for a, b in zip(before, weights_of(model), strict=True):
        np.testing.assert_array_equal(a, b)


def warnings_of(call, *args, **kwargs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, verbose=0, **kwargs)
    texts = [str(w.message) for w in caught if w.category is UserWarning]
    return [text for text in texts if "Received: " in text]


@pytest.mark.parametrize(
    "name, kind", [("vae", "arrays"), *(("autoencoder", k) for k in KINDS)]
)
def test_learns_targets_of_the_shape_of_samples(name, kind):
    """All are black: with one weight, the loss is that of black images."""
    model, black = make(name), np.zeros_like(IMAGES)
    logs = model.evaluate(
        **KINDS[kind](IMAGES, black), verbose=0, return_dict=True
    )
    y = model.reconstruct(IMAGES)
    if name == "autoencoder":
        expected = (y**2).sum(axis=(1, 2, 3)).mean()
        np.testing.assert_allclose(
            logs["reconstruction_loss"], expected, rtol=1e-4
        )
    history = model.fit(
        **KINDS[kind](IMAGES, black), validation_data=(IMAGES, black), verbose=0
    ).history
    others = make(name).evaluate(IMAGES, verbose=0, return_dict=True)
    assert history["val_loss"][0] != others["loss"]


@pytest.mark.parametrize(
    "targets, message",
    [
        (IMAGES[:, :2], r"samples of shape \(4, 4, 1\)"),
        (IMAGES[..., 0], r"samples of shape \(4, 4, 1\)"),
        (np.repeat(IMAGES, 3, axis=-1), r"samples of shape \(4, 4, 1\)"),
        (IMAGES[:19], "one target for each"),
        ((IMAGES * 255).astype("uint8"), "must be float"),
    ],
)
def test_targets_that_do_not_fit(targets, message):
    model = make("autoencoder")
    assert_refused(message, model, IMAGES, targets)
    assert_refused(message, model, IMAGES, validation_data=(IMAGES, targets))
    for call in (model.evaluate, model.train_on_batch, model.test_on_batch):
        with pytest.raises(ValueError, match=message):
            call(IMAGES, targets)


@every_kind
def test_a_gan_takes_no_samples_for_targets(kind):
    data = KINDS[kind](images_for("gan"), IMAGES)
    assert_refused("must be labels", make("gan"), **data)


SCALES = {
    "bytes to sigmoid": ("autoencoder", 255 * IMAGES, "sigmoid.*`x / 255`"),
    "signed to sigmoid": (
        "autoencoder",
        2 * IMAGES - 1,
        r"sigmoid.*`\(x \+ 1\) / 2`",
    ),
    "bytes to tanh": ("gan", 255 * IMAGES, "tanh.*`x / 127.5 - 1`"),
    "positive to tanh": ("gan", IMAGES, r"tanh.*`2 \* x - 1`"),
    "other": ("autoencoder", 1e4 * IMAGES, "`value_range`"),
    "NaN": (
        "gan",
        np.where(IMAGES < 0.1, np.nan, 2 * IMAGES - 1),
        "must be finite",
    ),
    "infinite": (
        "gan",
        np.where(IMAGES < 0.1, -np.inf, 2 * IMAGES - 1),
        "must be finite",
    ),
}


@pytest.mark.parametrize("case", SCALES)
def test_values_that_cannot_be_learned_are_said_once(case):
    name, images, message = SCALES[case]
    images = images.astype("float32")
    model = make(name)
    for data in (images, Batches(images)):
        [text] = warnings_of(
            model.fit, data, epochs=2, validation_data=(images,)
        )
        assert np.any([part in text for part in ("[", "inf", "nan")])
        with pytest.warns(UserWarning, match=message):
            warnings.warn(text, stacklevel=1)


def test_validation_data_alone_out_of_range():
    [text] = warnings_of(
        make("autoencoder").fit, IMAGES, validation_data=(255 * IMAGES,)
    )
    assert "validation samples from" in text


def test_noise_may_leave_the_range():
    noisy = IMAGES + 0.3 * np.random.default_rng(0).normal(size=IMAGES.shape)
    assert warnings_of(make("autoencoder").fit, noisy, IMAGES) == []


def make_unbounded(**kwargs):
    model = Autoencoder(
        dense_network(IMAGE_SHAPE, (LATENT_DIM,)),
        dense_network((LATENT_DIM,), IMAGE_SHAPE),
        **kwargs,
    )
    model.compile()
    return model


def test_the_range_that_the_model_was_given(tmp_path):
    assert warnings_of(make_unbounded().fit, 255 * IMAGES) == []
    model = make_unbounded(value_range=(-1, 1))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for either in (model, loaded):
        [text] = warnings_of(either.fit, 255 * IMAGES)
        assert "`value_range`" in text and "[-1, 1]" in text


def test_values_that_a_loss_does_not_take():
    model = make("vae")
    with pytest.warns(UserWarning, match="sigmoid"):
        assert_refused(r"loss is one of.*\[0, 1\]", model, 255 * IMAGES)


def test_loss_and_decoder_that_do_not_fit():
    with pytest.raises(ValueError, match="must end in a sigmoid.*Received"):
        make_unbounded().compile(loss="binary_crossentropy")
    with pytest.raises(ValueError, match="classes.*categorical_crossentropy"):
        make_unbounded().compile(loss="categorical_crossentropy")


LABELS = {
    "beyond": (CLASSES + 1, "integers from 0 to 3"),
    "negative": (CLASSES - 1, "integers from 0 to 3"),
    "fractions": (CLASSES + 0.5, "integers from 0 to 3"),
    "one-hot": (np.eye(4)[CLASSES], "argmax"),
    "NaN": (np.where(CLASSES == 3, np.nan, CLASSES), "must be finite"),
    "two axes": (CLASSES[:, None, None], "integer classes"),
}


@every_kind
@pytest.mark.parametrize("case", LABELS)
def test_labels_that_do_not_fit(case, kind):
    labels, message = LABELS[case]
    model = make("conditional gan")
    data = KINDS[kind](images_for("gan"), labels)
    assert_refused(message, model, **data)


@pytest.mark.parametrize(
    "labels, message",
    [
        (None, "take labels"),
        (np.arange(25) % 4, "25 labels for 20|one label for each"),
        (CLASSES[:12], "12 labels for 20|one label for each"),
        (np.array(list("abcd"))[CLASSES], "integer classes"),
    ],
)
def test_labels_of_arrays(labels, message):
    model, images = make("conditional gan"), images_for("gan")
    assert_refused(message, model, images, labels)
    if labels is not None:
        assert_refused(message, model, {"image": images, "label": labels})
    for call in (model.train_on_batch, model.test_on_batch, model.evaluate):
        with pytest.raises(ValueError, match=message):
            call(images, labels)


@pytest.mark.parametrize(
    "name, kind",
    [
        ("conditional vae", "arrays"),
        *(("conditional gan", kind) for kind in KINDS),
    ],
)
def test_labels_that_fit(name, kind):
    data = {"steps_per_epoch": 3} if "generator" in kind else {}
    model, images = make(name), images_for(name)
    history = model.fit(
        **KINDS[kind](images, CLASSES[:, None]),
        **data,
        validation_data=(images, CLASSES.astype("float32")),
        verbose=0,
    ).history
    assert np.isfinite(history["val_loss"]).all()


def test_validation_data_without_labels():
    images = images_for("gan")
    model = make("conditional gan")
    for data in (images, (images,), Batches(images)):
        assert_refused(
            "take labels", model, images, CLASSES, validation_data=data
        )


@pytest.mark.parametrize("labels", [2, np.int64(2), [2, 2, 2], [[2], [2], [2]]])
def test_labels_of_what_is_generated(labels):
    model = make("conditional vae")
    expected = model.generate(3, labels=np.full(3, 2), seed=1)
    np.testing.assert_array_equal(
        model.generate(3, labels=labels, seed=1), expected
    )
    z = model.encode(IMAGES[:3], labels=labels)
    np.testing.assert_array_equal(
        model.reconstruct(IMAGES[:3], labels=labels),
        model.decode(z, labels=labels),
    )


@pytest.mark.parametrize("labels", [None, [0, 1], 4, -1, 1.5, "a", np.eye(3)])
def test_labels_of_nothing_that_can_be_generated(labels):
    model = make("conditional vae")
    z = np.zeros((3, LATENT_DIM))
    for call, x in (
        (model.generate, 3),
        (model.decode, z),
        (model.encode, IMAGES[:3]),
        (model.reconstruct, IMAGES[:3]),
    ):
        with pytest.raises(ValueError, match="abel"):
            call(x, labels=labels)


def test_labels_that_no_network_takes_are_said_once():
    model, images = make("gan"), images_for("gan")
    with pytest.warns(UserWarning, match="no labels") as caught:
        for _ in range(2):
            model.fit(
                images, CLASSES, validation_data=(images, CLASSES), verbose=0
            )
    assert len([w for w in caught if "no labels" in str(w.message)]) == 1
    with pytest.raises(ValueError, match="take no labels.*Received"):
        model.generate(3, labels=1)


@pytest.mark.parametrize(
    "data", ["images", 3, object(), len, (IMAGES, CLASSES, CLASSES, CLASSES)]
)
def test_what_is_no_data(data):
    model = make("autoencoder")
    assert_refused("Received: ", model, data)
    assert_refused("Received: ", model, IMAGES, validation_data=data)
    for call in (model.evaluate, model.train_on_batch, model.test_on_batch):
        with pytest.raises(ValueError, match="Received: "):
            call(data)


@pytest.mark.parametrize("batch", [None, "image", 3, (), (None,), ("image",)])
def test_batches_that_hold_no_samples(batch):
    model = make("autoencoder")
    assert_refused("Received: ", model, (b for b in [batch]))
    validation_data = (b for b in [batch])
    assert_refused("Received: ", model, IMAGES, validation_data=validation_data)


def test_a_list_is_a_batch():
    model = make("conditional gan")
    images = images_for("gan")
    logs = model.train_on_batch(list(images), CLASSES.tolist())
    assert np.isfinite(logs).all()


@pytest.mark.parametrize("labels", [3, "labels", object(), len])
def test_labels_that_are_no_array(labels):
    for name in ("gan", "conditional gan"):
        model, images = make(name), images_for("gan")
        assert_refused("must be an array.*Received: y=", model, images, labels)
        with pytest.raises(ValueError, match="must be an array"):
            model.train_on_batch(images, labels)


@pytest.mark.parametrize("dtype", ["str", "object", "bytes"])
@pytest.mark.parametrize("kind", ["arrays", "PyDataset", "generator"])
def test_labels_that_are_no_numbers(kind, dtype):
    labels = CLASSES.astype(dtype)
    data = KINDS[kind](images_for("gan"), labels)
    assert_refused("must be numbers.*Received", make("gan"), **data)


@pytest.mark.parametrize("index", range(20))
def test_all_labels_are_looked_at_where_they_are_ready(index):
    labels = CLASSES.copy()
    labels[index] = 4
    data = ShuffledBatches(images_for("gan"), labels, batch_size=8)
    assert_refused("integers from 0 to 3", make("conditional gan"), data)


class OfOtherLabels(Batches):
    """Has what is called as in our data sets, and means something else."""

    labels = ["cat", "dog"]

    def set_epoch(self, epoch):
        self.epoch = epoch


def test_labels_of_data_sets_of_others_are_their_own():
    data = OfOtherLabels(images_for("gan"), CLASSES)
    make("conditional gan").fit(data, epochs=2, verbose=0)
    assert data.epoch == 1


@pytest.mark.parametrize("label", [-1, 4])
@pytest.mark.parametrize(
    "kind", ["PyDataset", "DataLoader", "generator", "generator of dicts"]
)
def test_labels_that_do_not_fit_in_a_later_batch(kind, label):
    """They are told before their step, and the model is as it was."""
    labels, images = CLASSES.copy(), images_for("gan")
    labels[-1] = label
    model = make("conditional gan")
    message = f"integers from 0 to 3.*labels from {labels.min()} to"
    # TensorFlow wraps what a data set raises in an error of its own.
    with pytest.raises(Exception, match=message):
        model.fit(**KINDS[kind](images, labels), shuffle=False, verbose=0)
    for weight in weights_of(model):
        assert np.isfinite(weight).all()
    with pytest.raises(Exception, match=message):
        model.evaluate(**KINDS[kind](images, labels), verbose=0)
    if "generator" not in kind:
        data = KINDS[kind](images, labels)["x"]
        with pytest.raises(Exception, match=message):
            model.fit(images, CLASSES, validation_data=data, verbose=0)
    model.fit(images, CLASSES, verbose=0)


def test_later_batches_of_a_semi_supervised_gan():
    labels, images = CLASSES.copy(), images_for("gan")
    model = make("semi_supervised_gan")
    labels[-1] = -1  # unknown
    model.fit(Batches(images, labels), verbose=0)
    labels[-1] = -2
    with pytest.raises(Exception, match="integers from -1 to 3"):
        model.fit(Batches(images, labels), shuffle=False, verbose=0)


class Epochs(Batches):
    """Counts the epochs that begin and end."""

    begun = ended = 0

    def on_epoch_begin(self):
        self.begun += 1

    def on_epoch_end(self):
        self.ended += 1


def test_a_data_set_of_labels_is_asked_for_the_same():
    data = Epochs(images_for("gan"), CLASSES)
    make("conditional gan").fit(data, epochs=2, shuffle=False, verbose=0)
    assert data.begun == 2 <= data.ended  # Keras itself ends one more
    assert set(data.read) == {0, 1, 2}


@pytest.mark.skipif(
    keras.config.backend() != "torch", reason="Others allow for rounding."
)
def test_rounding_that_torch_does_not_allow():
    images = np.maximum(IMAGES, 0.5)
    images[-1] = np.nextafter(np.float32(1), np.float32(2))
    assert_refused(r"`x.clip.*to 1.0000001", make("vae"), images)
    model = make("vae")
    model.fit(images.clip(0, 1), verbose=0)


@pytest.mark.parametrize(
    "name, value",
    [
        ("epochs", 1.5),
        ("epochs", "2"),
        ("initial_epoch", 0.5),
        ("validation_freq", 0),
        ("validation_freq", "2"),
        ("validation_freq", 1.5),
    ],
)
def test_numbers_that_fit_cannot_use(name, value):
    assert_refused(
        f"`{name}`.*Received: {name}=",
        make("autoencoder"),
        IMAGES,
        validation_data=(IMAGES,),
        **{name: value},
    )


def test_evaluation_before_compile():
    with pytest.raises(ValueError, match="`compile`.*Received: .*not compiled"):
        make_conditional_vae().evaluate(IMAGES, CLASSES)
