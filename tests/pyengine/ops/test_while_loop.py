"""`while_loop`: what it computes, its graph, its gradients. Expected figures are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.array([1.7640524, 0.4001572, 0.978738], np.float32)


def test_it_counts(sess):
    n = tf.placeholder(tf.int32, [])
    i, total = tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, s + i), [0, 0])
    assert sess.run([i, total], {n: 5}) == [5, 10]
    assert sess.run([i, total], {n: 0}) == [0, 0]


def test_a_body_may_swap_its_variables(sess):
    out = tf.while_loop(lambda i, a, b: i < 3, lambda i, a, b: (i + 1, b, a), [0, 1.0, 2.0])
    assert sess.run(out) == (3, 2.0, 1.0)


def test_structures(sess):
    start = [(tf.constant(0.0), tf.constant(1.0)), {"i": tf.constant(0)}]
    pair, counter = tf.while_loop(
        lambda a, b: b["i"] < 3,
        lambda a, b: ((a[0] + 1.0, a[1] * 2.0), {"i": b["i"] + 1}),
        start,
    )
    assert sess.run([pair, counter]) == [(3.0, 8.0), {"i": 3}]
    same = tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [0], return_same_structure=True)
    assert sess.run(same) == [3]


def test_a_limit(sess):
    out = tf.while_loop(
        lambda i, j: i < 30, lambda i, j: [i + 1, j + 2], [0, 0], maximum_iterations=5
    )
    assert sess.run(out) == [5, 10]
    assert sess.run(tf.while_loop(lambda i: True, lambda i: i + 1, [0], maximum_iterations=4)) == 4
    with pytest.raises(ValueError, match="scalar"):
        tf.while_loop(lambda i: True, lambda i: i + 1, [0], maximum_iterations=[4])


def test_side_effects_in_the_body(sess):
    v = tf.Variable(1.0)
    sess.run(v.initializer)

    def body(i):
        with tf.control_dependencies([v.assign_add(tf.to_float(i))]):
            return i + 1

    assert sess.run(tf.while_loop(lambda i: i < 4, body, [0])) == 4
    assert sess.run(v) == 7.0


def test_the_nodes_are_those_of_tensorflow(sess):
    n = tf.constant(3, name="n")
    x = tf.constant(X, name="x")
    out = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a * x), [0, x])
    graph = tf.get_default_graph()
    assert [t.name for t in out] == ["while/Exit:0", "while/Exit_1:0"]
    less = graph.get_operation_by_name("while/Less")
    assert [t.name for t in less.inputs] == ["while/Merge:0", "while/Less/Enter:0"]
    assert less.inputs[1].op.attrs["is_constant"]
    mul = graph.get_operation_by_name("while/mul")
    assert [t.name for t in mul.inputs] == ["while/Identity_1:0", "while/mul/Enter:0"]
    merge = graph.get_operation_by_name("while/Merge")
    assert [t.name for t in merge.inputs] == ["while/Enter:0", "while/NextIteration:0"]
    one = graph.get_operation_by_name("while/add/y")
    assert [c.name for c in one.control_inputs] == ["while/Identity"]
    assert graph.get_collection(tf.GraphKeys.WHILE_CONTEXT)[0].name == "while/while_context"
    assert merge.get_attr("N") == 2
    assert out[0].op.inputs[0].op.inputs[1].op.type == "LoopCond"
    with pytest.raises(ValueError, match="not fetchable"):
        sess.run(mul.outputs[0])


def test_shapes_may_change_only_if_told(sess):
    x = tf.constant(X)

    def body(i, s):
        return i + 1, tf.concat([s, x], 0)

    with pytest.raises(ValueError, match="shape_invariants"):
        tf.while_loop(lambda i, s: i < 3, body, [0, x])
    out = tf.while_loop(
        lambda i, s: i < 3, body, [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )  # fmt: skip
    assert out[1].shape.as_list() == [None]
    assert sess.run(out[1]).shape == (12,)
    with pytest.raises(ValueError, match="not compatible"):
        tf.while_loop(
            lambda i, s: i < 3, body, [0, x],
            shape_invariants=[tf.TensorShape([]), tf.TensorShape([4])],
        )  # fmt: skip


def test_arguments_are_checked(sess):
    with pytest.raises(TypeError, match="cond must be callable"):
        tf.while_loop(1, lambda i: i, [0])
    with pytest.raises(TypeError, match="body must be callable"):
        tf.while_loop(lambda i: True, 1, [0])
    with pytest.raises(ValueError, match="No loop variables"):
        tf.while_loop(lambda: True, lambda: 1, [])
    with pytest.raises(TypeError, match="parallel_iterations"):
        tf.while_loop(lambda i: True, lambda i: i, [0], parallel_iterations=0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="incompatible"):
        tf.while_loop(lambda i: i < 3, lambda i: tf.to_float(i), [0])
    with pytest.raises(ValueError, match="structure"):
        tf.while_loop(lambda i, j: i < 3, lambda i, j: [i], [0, 0])
    assert tf.get_default_graph()._get_control_flow_context() is None


def test_an_error_in_the_body_names_its_op(sess):
    x = tf.constant([1, 2])
    out = tf.while_loop(
        lambda i, s: i < 5, lambda i, s: (i + 1, s + tf.gather(x, i, name="pick")), [0, 0]
    )
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        sess.run(out)
    assert caught.value.op.name == "while/pick"


def test_values_of_an_iteration_are_dropped(sess):
    from pyengine.executor.blocks import Loop
    from pyengine.executor.plan import Plan

    x = tf.placeholder(tf.float32, [3])
    out = tf.while_loop(
        lambda i, s: i < 3, lambda i, s: (i + 1, tf.exp(tf.sin(s * x)) + x), [0, x]
    )[1]
    plan = Plan([out], [x], sess._runtime)
    (loop,) = [kernel for kernel, *_ in plan.steps if isinstance(kernel, Loop)]
    dropped = {slot for *_, dead in loop._body.steps for slot in dead}
    assert len(dropped) == 3  # what sin, exp and the product made
    np.testing.assert_allclose(plan([X])[0], sess.run(out, {x: X}))


# ---------------------------------------------------------------- gradients


def check(sess, value, expected, places=3):
    for got, want in zip(sess.run(value), expected):
        np.testing.assert_allclose(got, want, atol=2 * 10**-places, rtol=1e-3)


def test_the_gradient_of_nested_loops(sess):
    x, v = tf.constant(1.3), tf.constant(0.7)

    def body(i, s):
        inner = tf.while_loop(lambda j, t: j < i + 1, lambda j, t: (j + 1, t * x + v * s), [0, s])[
            1
        ]
        return i + 1, inner + x

    z = tf.while_loop(lambda i, s: i < 3, body, [0, v])[1]
    check(sess, [z, *tf.gradients(z, [x, v])], [52.248, 155.939, 116.187])


def test_the_gradient_of_a_cond_in_a_loop(sess):
    x = tf.placeholder(tf.float32, [None])

    def body(i, s):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: s * x + 1.0, lambda: tf.sin(s) * x[0])

    z = tf.while_loop(
        lambda i, s: i < 3, body, [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )[1]  # fmt: skip
    (g,) = tf.gradients(z, x)
    f = lambda a: sess.run(tf.reduce_sum(z), {x: a})  # noqa: E731
    steps = np.eye(3, dtype=np.float32) * 1e-2
    numeric = [(f(X + s) - f(X - s)) / 2e-2 for s in steps]
    np.testing.assert_allclose(sess.run(g, {x: X}), numeric, rtol=2e-2)


def test_the_gradient_of_a_loop_in_a_cond(sess):
    x = tf.constant(X)
    p = tf.placeholder(tf.bool, [])
    y = tf.cond(
        p,
        lambda: tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * x), [0, x])[1],
        lambda: tf.exp(x),
    )
    (g,) = tf.gradients(y, x)
    np.testing.assert_allclose(sess.run(g, {p: True}), 4 * X**3, rtol=1e-5)
    np.testing.assert_allclose(sess.run(g, {p: False}), np.exp(X), rtol=1e-5)


def test_the_gradient_of_loop_cond_loop(sess):
    x = tf.constant(X)

    def inner(i, s):
        return tf.while_loop(lambda j, t: j < i + 2, lambda j, t: (j + 1, t * x + s), [0, s])[1]

    def body(i, s):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: inner(i, s), lambda: tf.sin(s) * x[0])

    z = tf.while_loop(lambda i, s: i < 4, body, [0, x])[1]
    check(sess, [z, *tf.gradients(z, x)], [[1.743, 1.749, 1.391], [-100.554, -1.84, 46.735]])


def test_gradients_of_variables_that_the_result_does_not_use(sess):
    x, y = tf.constant(1.5), tf.constant(0.5)
    a, b, _ = tf.while_loop(lambda a, b, i: i < 3, lambda a, b, i: (a * b, b + a, i + 1), [x, y, 0])
    check(sess, tf.gradients(a, [x, y]), [7.0625, 14.0625])
    check(sess, tf.gradients(b, [x, y]), [3.25, 6.25])


def test_gradients_where_the_next_value_does_not_depend_on_the_last(sess):
    x = tf.constant(1.5)
    a, b, _ = tf.while_loop(
        lambda a, b, i: i < 3, lambda a, b, i: (tf.constant(2.0) * x, a, i + 1), [x, 0.5, 0]
    )
    check(sess, tf.gradients(a * b, [x]), [12.0])


def test_the_gradient_of_rows_used_in_a_loop(sess):
    w = tf.Variable(np.arange(15, dtype=np.float32).reshape(5, 3))
    sess.run(w.initializer)
    z = tf.while_loop(
        lambda i, s: i < 4, lambda i, s: (i + 1, s + tf.gather(w, [i, 1])), [0, tf.zeros([2, 3])]
    )[1]
    (g,) = tf.gradients(z, w)
    assert isinstance(g, tf.IndexedSlices)
    dense = sess.run(tf.convert_to_tensor(g))
    assert dense[:, 0].tolist() == [1, 5, 1, 1, 0]


def test_a_gradient_made_in_the_body(sess):
    x = tf.constant(X)

    def body(i, s):
        return i + 1, s - 0.1 * tf.gradients(tf.reduce_sum(s**3 * x), s)[0]

    out = tf.while_loop(lambda i, s: i < 3, body, [0, x])[1]
    check(sess, [out], [[0.104, 0.348, 0.464]])

    def through(i, s):
        return i + 1, tf.gradients(s * 2.0, x)[0]

    with pytest.raises(ValueError, match="inside while loop"):
        tf.while_loop(lambda i, s: i < 3, through, [0, x])


def test_no_gradient_through_a_loop_without_back_prop(sess):
    x = tf.constant(2.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * x), [0, x], back_prop=False)[1]
    assert tf.gradients(z, x) == [None]


def test_there_is_no_second_order_through_a_loop(sess):
    x = tf.constant(2.0)
    z = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * x), [0, x])[1]
    (g,) = tf.gradients(z, x)
    with pytest.raises(TypeError, match="Second-order gradient for while loops not supported"):
        tf.gradients(g, x)


def test_the_condition_is_a_scalar():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="LoopCond"):
        tf.while_loop(lambda i: [i < 3, i < 4], lambda i: i + 1, [0])
