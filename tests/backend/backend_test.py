"""Each adapter does to a step what the mathematics says."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_generative import backend


def variable(value):
    return keras.Variable(np.array(value, "float32"))


def test_value_and_grad():
    w, unused = variable([1.0, -2.0]), variable([5.0])
    (loss, aux), gradients = backend.value_and_grad(
        lambda: (ops.sum(w**3), {"w": w * 2}), [w, unused]
    )
    assert float(loss) == -7.0
    np.testing.assert_array_equal(ops.convert_to_numpy(aux["w"]), [2.0, -4.0])
    np.testing.assert_array_equal(
        ops.convert_to_numpy(gradients[0]), [3.0, 12.0]
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(gradients[1]), [0.0])


def test_value_and_input_grad():
    x, y = ops.ones((2,)) * 3, ops.convert_to_tensor(2.0)
    (loss, aux), gradients = backend.value_and_input_grad(
        lambda x, y: (ops.sum(x**2) * y, x), x, y
    )
    assert float(loss) == 36.0
    np.testing.assert_array_equal(
        ops.convert_to_numpy(gradients[0]), [12.0, 12.0]
    )
    assert float(gradients[1]) == 18.0


def test_vjp_shares_one_forward_pass():
    w, calls = variable([1.0, 2.0]), []

    def forward():
        calls.append(1)
        return w**2, ops.convert_to_tensor(0.0)

    (y, constant), pullback = backend.vjp(forward, [w])
    np.testing.assert_array_equal(ops.convert_to_numpy(y), [1.0, 4.0])
    (gradient,) = pullback(
        (ops.convert_to_tensor([1.0, 10.0]), ops.ones_like(constant))
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), [2.0, 40.0])
    assert len(calls) == 1


def test_a_row_looked_up_twice_has_one_gradient():
    """Whose square such an optimizer divides by: each moves by its rate."""
    table = variable(np.ones((3, 2)))
    optimizer = keras.optimizers.RMSprop(0.25, rho=0.0)
    optimizer.build([table])

    def looked_up():
        rows = ops.take(table, ops.convert_to_tensor([0, 0, 1]), axis=0)
        return ops.sum(rows), {}

    backend.minimize(looked_up, [table], optimizer)
    expected = [[0.75, 0.75], [0.75, 0.75], [1.0, 1.0]]
    np.testing.assert_allclose(table, expected, atol=1e-5)


def test_state_updated_inside_is_seen_outside():
    w, count = variable(2.0), variable(0.0)

    def forward():
        count.assign(count + 1.0)
        return w * count

    backend.value_and_grad(lambda: (forward(), {}), [w])
    backend.vjp(lambda: (forward(),), [w])
    backend.value_and_input_grad(lambda x: (x * forward(), {}), ops.ones(()))
    assert float(count) == 3.0


def test_what_does_not_depend_on_its_input_has_a_gradient_of_zero():
    (loss, _), (gradient,) = backend.value_and_input_grad(
        lambda x: (ops.sum(ops.ones((2,))), {}), ops.ones((3,))
    )
    assert float(loss) == 2.0
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), [0.0] * 3)


def test_traced():
    """Runs the function as a step does, gradients included."""
    _, (gradient,) = backend.traced(
        lambda x: backend.value_and_input_grad(
            lambda x: (ops.sum(x**3), {}), x
        ),
        ops.convert_to_tensor([1.0, 2.0]),
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), [3.0, 12.0])


def test_input_gradient_is_differentiable_once_more():
    w = variable([[0.2], [0.5]])
    x = ops.ones((4, 2))

    def penalty():
        gradient = backend.input_gradient(lambda x: ops.tanh(x @ w), x)
        return ops.sum(gradient**2), {}

    (value, _), (gradient,) = backend.value_and_grad(penalty, [w])

    def reference(w):
        slope = 1 - np.tanh(w.sum()) ** 2
        return 4 * slope**2 * (w**2).sum()

    kernel, step = np.array([0.2, 0.5]), 1e-5
    numeric = [
        (reference(kernel + step * e) - reference(kernel - step * e))
        / (2 * step)
        for e in np.eye(2)
    ]
    np.testing.assert_allclose(float(value), reference(kernel), rtol=1e-5)
    np.testing.assert_allclose(
        ops.convert_to_numpy(gradient)[:, 0], numeric, rtol=1e-3
    )


def test_minimize_moves_only_its_variables():
    w, frozen = variable(3.0), variable(2.0)
    sgd = keras.optimizers.SGD(0.1)
    sgd.build([w])
    loss, aux = backend.minimize(
        lambda: (w * w * frozen, {"w": w * 1}), [w], sgd
    )
    assert float(loss) == 18.0
    assert float(aux["w"]) == 3.0
    np.testing.assert_allclose(float(w), 3.0 - 0.1 * 12.0, rtol=1e-6)
    assert float(frozen) == 2.0
    assert int(sgd.iterations) == 1


def test_minimize_through():
    w, sgd = variable(3.0), keras.optimizers.SGD(0.1, loss_scale_factor=64.0)
    sgd.build([w])
    outputs, pullback = backend.vjp(lambda: (w * 2.0, w**2), [w])
    loss, aux = backend.minimize_through(
        lambda a, b: (a * b, a), outputs, pullback, [w], sgd
    )
    # d 2w**3 / dw = 6w**2.
    assert float(loss) == 54.0
    assert float(aux) == 6.0
    np.testing.assert_allclose(float(w), 3.0 - 0.1 * 54.0, rtol=1e-6)


def test_minimize_unscales():
    w = variable(3.0)
    sgd = keras.optimizers.SGD(0.1, loss_scale_factor=64.0)
    sgd.build([w])
    loss, _ = backend.minimize(lambda: (w * w, {}), [w], sgd)
    assert float(loss) == 9.0
    np.testing.assert_allclose(float(w), 3.0 - 0.1 * 6.0, rtol=1e-6)


@pytest.mark.parametrize("name", ["random_normal", "random_uniform"])
def test_replicas_draw_the_parts_of_one_batch(monkeypatch, name):
    draw = getattr(backend, name)

    def replica(index, num_replicas):
        monkeypatch.setattr(
            backend.engine, "num_replicas", lambda: num_replicas
        )
        monkeypatch.setattr(backend.engine, "replica_id", lambda: index)
        seed = keras.random.SeedGenerator(3)
        batch = 6 // num_replicas
        return ops.convert_to_numpy(draw((batch, 2), seed))

    np.testing.assert_array_equal(
        np.concatenate([replica(i, 3) for i in range(3)]), replica(0, 1)
    )


@pytest.mark.parametrize(
    "floatx, expected",
    [("float16", "float32"), ("float32", "float32"), ("float64", "float64")],
)
def test_sum_losses(monkeypatch, floatx, expected):
    monkeypatch.setattr(keras.config, "floatx", lambda: floatx)
    with backend.double_precision():
        losses = [ops.cast(1.5, t) for t in ("float16", "float32", "float64")]
        for given, value in (([], 0.0), (losses, 4.5)):
            total = backend.sum_losses(given)
            assert keras.backend.standardize_dtype(total.dtype) == expected
            assert total.shape == () and float(total) == value


def test_one_process_is_chief():
    assert backend.is_chief()
    assert backend.num_replicas() == 1
    assert backend.replica_id() == 0
