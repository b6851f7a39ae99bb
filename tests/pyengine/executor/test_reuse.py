"""Values written over where nobody else holds them, and nowhere else."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.plan import Plan
from pyengine.executor.reuse import LEAST, Reusing, is_own
from pyengine.executor.runtime import Runtime

N = LEAST // 4  # of float32


def values(n=N, seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2.0, n).astype("f")


def kernels(plan):
    return [kernel for kernel, *_ in plan.steps]


class Watch:
    """Notes which arrays steps wrote over, by watching `Reusing`."""

    def __init__(self, monkeypatch):
        self.over = 0
        begin = Reusing.__init__

        def init(reusing, kernel, over, args, dead):
            def noted(inputs, position):
                self.over += 1
                return over(inputs, position)

            begin(reusing, kernel, noted, args, dead)

        monkeypatch.setattr(Reusing, "__init__", init)


@pytest.fixture
def watch(monkeypatch):
    return Watch(monkeypatch)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def fresh(x):
    """A new array, from an op that is not fused."""
    return tf.cumsum(x)


def test_what_nobody_else_holds_is_written_over(watch):
    x = tf.placeholder(tf.float32, [None])
    y = tf.negative(fresh(x))
    with tf.Session() as sess:
        found = sess.run(y, {x: values()})
        np.testing.assert_array_equal(found, -np.cumsum(values(), dtype="f"))
        assert watch.over == 1
        sess.run(y, {x: values(100)})
        assert watch.over == 1  # a small one is not


def test_static_shapes_that_are_small_are_not_looked_at_again():
    x = tf.placeholder(tf.float32, [4])
    plan = Plan([tf.negative(fresh(x))], [x], Runtime())
    assert not any(isinstance(k, Reusing) for k in kernels(plan))


def test_feeds_are_left_as_they_are(watch):
    x = tf.placeholder(tf.float32, [N])
    fed = values()
    y = tf.negative(x)
    with tf.Session() as sess:
        sess.run(y, {x: fed})
        sess.run(y, {"Placeholder:0": fed})
        sess.make_callable(y, [x])(fed)
        sess.run(y, {x: values().astype("d")})
    np.testing.assert_array_equal(fed, values())
    assert watch.over == 0


def test_feeds_of_values_on_the_way_are_left(watch):
    x = tf.placeholder(tf.float32, [N])
    middle = fresh(x)
    fed = values()
    with tf.Session() as sess:
        sess.run(tf.negative(middle), {middle: fed})
    np.testing.assert_array_equal(fed, values())
    assert watch.over == 0


def test_constants_are_left(watch):
    c = tf.constant(values())
    x = tf.placeholder(tf.float32, [N])
    y = tf.subtract(c, x)
    with tf.Session() as sess:
        for _ in range(3):
            np.testing.assert_array_equal(
                sess.run(y, {x: values(seed=1)}), values() - values(seed=1)
            )
    assert watch.over == 0


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables_are_left(watch, use_resource):
    v = tf.get_variable("v", initializer=values(), use_resource=use_resource)
    y = tf.negative(v)
    assigned = tf.negative(tf.assign(v, fresh(tf.placeholder_with_default(values(), [N]))))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(2):
            np.testing.assert_array_equal(sess.run(y), -values())
            np.testing.assert_array_equal(sess.run(v), values())
        sess.run(assigned)
        np.testing.assert_array_equal(sess.run(v), np.cumsum(values(), dtype="f"))
    assert watch.over == 0


def test_fetched_values_are_left(watch):
    x = tf.placeholder(tf.float32, [N])
    middle = fresh(x)
    y = tf.negative(middle)
    with tf.Session() as sess:
        a, b = sess.run([middle, y], {x: values()})
    np.testing.assert_array_equal(a, np.cumsum(values(), dtype="f"))
    np.testing.assert_array_equal(b, -a)
    assert watch.over == 0


@pytest.mark.parametrize(
    "view",
    [
        lambda t: tf.reshape(t, [2, -1]),
        tf.identity,
        lambda t: t[:],
        lambda t: t[1:],
        lambda t: tf.expand_dims(t, 0),
        lambda t: tf.split(t, 2)[0],
        lambda t: tf.stop_gradient(t),
        lambda t: tf.transpose(tf.reshape(t, [4, -1])),
        lambda t: tf.py_func(lambda v: v, [t], tf.float32),
        lambda t: tf.py_func(lambda v: v.view(), [t], tf.float32),
    ],
)
def test_views_keep_what_they_are_of(view):
    """A view lives on past the last step that reads the value itself."""
    x = tf.placeholder(tf.float32, [N])
    value = fresh(x)
    seen = view(value)
    with tf.control_dependencies([seen]):
        over = tf.negative(value)
    with tf.control_dependencies([over]):
        after = tf.cumsum(seen)
    with tf.Session() as sess:
        found, negated = sess.run([after, over], {x: values()})
        expected, alone = sess.run([tf.cumsum(seen), tf.negative(value)], {x: values()})
    np.testing.assert_array_equal(negated, alone)
    np.testing.assert_array_equal(found, expected)


def test_a_python_function_may_keep_its_argument(watch):
    kept = []
    x = tf.placeholder(tf.float32, [N])
    value = fresh(x)
    noted = tf.py_func(lambda v: kept.append(v) or np.float32(0), [value], tf.float32)
    with tf.control_dependencies([noted]):
        y = tf.negative(value)
    with tf.Session() as sess:
        sess.run(y, {x: values()})
    np.testing.assert_array_equal(kept[0], np.cumsum(values(), dtype="f"))


def test_queues_and_tensor_arrays_keep_theirs():
    x = tf.placeholder(tf.float32, [N])
    value = fresh(x)
    queue = tf.FIFOQueue(2, tf.float32, [[N]])
    put = queue.enqueue(value)
    array = tf.TensorArray(tf.float32, 1).write(0, value)
    with tf.control_dependencies([put, array.flow]):
        y = tf.negative(value)
    with tf.Session() as sess:
        read, _ = sess.run([array.read(0), y], {x: values()})
        np.testing.assert_array_equal(read, np.cumsum(values(), dtype="f"))
        np.testing.assert_array_equal(sess.run(queue.dequeue()), read)


def test_an_input_that_is_read_twice_by_one_op():
    x = tf.placeholder(tf.float32, [N])
    value = fresh(x)
    with tf.Session() as sess:
        found = sess.run(tf.multiply(value, value), {x: values()})
    np.testing.assert_array_equal(found, np.cumsum(values(), dtype="f") ** 2)


@pytest.mark.parametrize(
    "shapes",
    [
        ((64, 512), (512,)),
        ((64, 512), ()),
        ((64, 1), (64, 512)),
        ((512,), (64, 512)),
        ((1, 512), (64, 1)),
        ((64, 512), (1, 1)),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_what_is_stretched(shapes, swapped):
    a, b = (np.random.default_rng(i).normal(size=s).astype("f") for i, s in enumerate(shapes))
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    p, q = tf.matrix_band_part(x, -1, -1) if a.ndim > 1 else x, y
    left, right = tf.cumsum(p), q if b.ndim == 0 else tf.cumsum(q)
    z = tf.subtract(right, left) if swapped else tf.subtract(left, right)
    with tf.Session() as sess:
        one, other = sess.run([left, right], {x: a, y: b})
        np.testing.assert_array_equal(
            sess.run(z, {x: a, y: b}), other - one if swapped else one - other
        )


def test_a_layer_with_a_bias(watch):
    x = tf.placeholder(tf.float32, [None, 8])
    w, b = tf.constant(values(8 * 400).reshape(8, 400)), tf.constant(values(400))
    fed = values(8 * 200).reshape(200, 8)
    layers = [tf.nn.relu(tf.matmul(x, w) + b), tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w), b))]
    slope = tf.gradients(layers, x)[0]
    # PyTorch's products do not own their memory.
    numpy, plain = (
        tf.ConfigProto(experimental=tf.ConfigProto.Experimental(executor_type="numpy"))
        for _ in range(2)
    )
    plain.graph_options.optimizer_options.opt_level = -1
    with tf.Session(config=numpy) as sess, tf.Session(config=plain) as other:
        for fetch in [*layers, slope]:
            np.testing.assert_array_equal(sess.run(fetch, {x: fed}), other.run(fetch, {x: fed}))
    assert watch.over >= 3


@pytest.mark.parametrize("n", [N, 1 << 18])
def test_fused_chains_write_over_their_inputs(watch, n):
    x = tf.placeholder(tf.float32, [None])
    value = fresh(x)
    y = tf.sqrt(tf.exp(tf.negative(value)) + value)
    with tf.Session() as sess:
        v, found = sess.run(value, {x: values(n)}), sess.run(y, {x: values(n)})
    np.testing.assert_allclose(found, np.sqrt(np.exp(-v) + v), rtol=1e-6)
    assert watch.over == 1


def test_fused_chains_of_unlike_shapes(watch):
    x, b = tf.placeholder(tf.float32, [None, 1000]), tf.placeholder(tf.float32, [1000])
    value = tf.cumsum(x, axis=1)
    y = tf.tanh((value - b) * b) + value * b
    fed = values(200_000).reshape(200, 1000)
    bias = values(1000, 1)
    with tf.Session() as sess:
        v = sess.run(value, {x: fed})
        np.testing.assert_allclose(
            sess.run(y, {x: fed, b: bias}), np.tanh((v - bias) * bias) + v * bias, rtol=1e-5
        )
    np.testing.assert_array_equal(fed, values(200_000).reshape(200, 1000))
    assert watch.over == 1


def test_branches_and_loops(watch):
    x = tf.placeholder(tf.float32, [N])
    start = fresh(x)
    flag = tf.placeholder(tf.bool)
    chosen = tf.cond(flag, lambda: tf.negative(tf.cumsum(start)), lambda: tf.cumsum(start))
    looped = tf.while_loop(
        lambda i, v: i < 5, lambda i, v: (i + 1, tf.negative(tf.cumsum(v) * 0.001)), [0, start]
    )[1]
    with tf.Session() as sess:
        a, b, first = sess.run([chosen, looped, start], {x: values(), flag: True})
        again = sess.run(start, {x: values()})
        unlike = sess.run(chosen, {x: values(), flag: False})
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(a, -np.cumsum(first, dtype="f"))
    np.testing.assert_array_equal(unlike, np.cumsum(first, dtype="f"))
    v = first
    for _ in range(5):
        v = -(np.cumsum(v, dtype="f") * np.float32(0.001))
    np.testing.assert_allclose(b, v, rtol=1e-6)
    assert watch.over > 0


def test_a_loop_keeps_what_it_starts_from(watch):
    x = tf.placeholder(tf.float32, [N])
    start = fresh(x)
    total = tf.while_loop(
        lambda i, v, kept: i < 3,
        lambda i, v, kept: (i + 1, tf.negative(v) + start, v),
        [0, start, start],
    )
    with tf.Session() as sess:
        _, v, kept, first = sess.run([*total, start], {x: values()})
    expected = first
    for _ in range(3):
        last, expected = expected, -expected + first
    np.testing.assert_array_equal(v, expected)
    np.testing.assert_array_equal(kept, last)


def test_steps_that_are_put_off_find_what_they_read():
    """While a step waits, the others run out of order: nothing may be written over then."""
    x = tf.placeholder(tf.float32, [N])
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    value = fresh(x)
    waiting = queue.dequeue()
    late = tf.reduce_sum(value) * waiting
    with tf.control_dependencies([value]):
        over = tf.negative(value)
        put = queue.enqueue(2.0)
    with tf.Session() as sess:
        found, negated, _ = sess.run([late, over, put], {x: values()})
        total = np.cumsum(values(), dtype="f")
    np.testing.assert_allclose(found, 2 * total.sum(), rtol=1e-5)
    np.testing.assert_array_equal(negated, -total)


def test_partial_runs_keep_their_values():
    x = tf.placeholder(tf.float32, [N])
    value = fresh(x)
    y = tf.negative(value)
    with tf.Session() as sess:
        handle = sess.partial_run_setup([y, value], [x])
        negated = sess.partial_run(handle, y, {x: values()})
        np.testing.assert_array_equal(negated, -sess.partial_run(handle, value))


def test_whose_an_array_is():
    mine = [np.zeros(N, "f")]
    assert is_own(mine, 0)
    held = mine[0]
    assert not is_own(mine, 0)
    del held
    view = mine[0][1:]
    assert not is_own(mine, 0)
    del view
    assert is_own(mine, 0)
    mine[0].flags.writeable = False
    assert not is_own(mine, 0)
    assert not is_own([np.zeros(N + 1, "f")[1:]], 0)
    assert not is_own([np.zeros(2, "f")], 0)
    assert not is_own([np.float32(1)], 0)
