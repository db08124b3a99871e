import keras
import numpy as np
import pytest

from keras_generative.optimizers import OptimizerGroup

KERAS_VERSION = tuple(map(int, keras.__version__.split(".")[:2]))


def make_group(**optimizers):
    group = OptimizerGroup(
        optimizers
        or {
            "generator": keras.optimizers.Adam(1e-3),
            "discriminator": keras.optimizers.SGD(1e-2, momentum=0.9),
        }
    )
    variables = {
        player: [keras.Variable(np.ones((2, 2), "float32"), name=player)]
        for player in group.inner_optimizers
    }
    group.build(variables)
    return group, variables


def test_variables_are_those_of_the_inner_optimizers():
    group, _ = make_group()
    expected = [
        *group["generator"].variables,
        *group["discriminator"].variables,
    ]
    assert [id(v) for v in group.variables] == [id(v) for v in expected]
    assert group.optimizers == [group["generator"], group["discriminator"]]


def test_each_player_steps_alone():
    group, variables = make_group()
    gradient = np.full((2, 2), 0.5, "float32")
    group["discriminator"].apply(
        [keras.ops.convert_to_tensor(gradient)], variables["discriminator"]
    )
    np.testing.assert_allclose(
        variables["discriminator"][0], 1 - 1e-2 * 0.5, rtol=1e-6
    )
    np.testing.assert_array_equal(variables["generator"][0], 1.0)
    assert int(group["discriminator"].iterations) == 1
    assert int(group.iterations) == int(group["generator"].iterations) == 0


def test_config_round_trip():
    group, _ = make_group()
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(group)
    )
    assert again.get_config() == group.get_config()


def test_finalize_gives_each_player_its_average():
    group, variables = make_group(
        a=keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5),
        b=keras.optimizers.SGD(0.5),
    )
    gradient = keras.ops.ones((2, 2))
    for player in "ab":
        for _ in range(2):
            group[player].apply([gradient], variables[player])
    group.finalize_variable_values([])
    # Weights 1, 0.5, 0; the average starts at 0.5.
    np.testing.assert_allclose(variables["a"][0], 0.25, rtol=1e-6)
    np.testing.assert_array_equal(variables["b"][0], 0.0)


@pytest.mark.skipif(
    KERAS_VERSION < (3, 15), reason="Keras' callbacks took one optimizer."
)
def test_keras_finds_the_inner_optimizers():
    """`LearningRateScheduler` sets and logs both learning rates."""
    from tests.test_case import make_gan
    from tests.test_case import make_images

    model = make_gan()
    model.compile(
        keras.optimizers.Adam(1e-3),
        keras.optimizers.Adam(1e-3, name="mine"),
    )
    schedule = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate * 0.5
    )
    logs = model.fit(make_images(), epochs=2, verbose=0, callbacks=[schedule])
    for player in ("generator", "discriminator"):
        rates = logs.history[f"learning_rate_{player}"]
        np.testing.assert_allclose(rates, [5e-4, 2.5e-4], rtol=1e-6)


def test_it_has_no_learning_rate_as_a_whole():
    group, _ = make_group()
    assert np.isnan(group.learning_rate)
    with pytest.raises(AttributeError, match=r"group\['generator'\].*=0.5"):
        group.learning_rate = 0.5


def test_one_object_for_two_players():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="optimizer of its own.*Received"):
        OptimizerGroup({"generator": adam, "discriminator": adam})


def test_not_an_optimizer():
    with pytest.raises(ValueError, match="Keras optimizers.*Received"):
        OptimizerGroup({"generator": "adam"})


def test_no_step_as_a_whole():
    group, variables = make_group()
    with pytest.raises(ValueError, match="no step as a whole"):
        group.apply([keras.ops.ones((2, 2))], variables["generator"])


def test_players_have_names():
    with pytest.raises(ValueError, match="`player`.*Received: player=3"):
        OptimizerGroup({3: keras.optimizers.Adam()})


def test_variables_without_their_players():
    group = OptimizerGroup({"generator": keras.optimizers.Adam()})
    with pytest.raises(ValueError, match="`variables`.*Received: variables="):
        group.build([])
