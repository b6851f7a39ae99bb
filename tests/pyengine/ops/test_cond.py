"""`cond` and `case`. Expected gradients are TensorFlow's own."""

import collections

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_only_the_branch_taken_runs(sess):
    p = tf.placeholder(tf.bool, [])
    v, w = tf.Variable(0.0), tf.Variable(0.0)
    sess.run(tf.global_variables_initializer())
    y = tf.cond(p, lambda: v.assign_add(1.0), lambda: w.assign_add(10.0))
    assert sess.run(y, {p: True}) == 1.0
    assert sess.run([v, w]) == [1.0, 0.0]
    assert sess.run(y, {p: False}) == 10.0
    assert sess.run([v, w]) == [1.0, 10.0]


def test_an_operation_is_a_result(sess):
    p = tf.placeholder(tf.bool, [])
    v = tf.Variable(0.0)
    sess.run(v.initializer)
    done = tf.cond(p, lambda: tf.group(v.assign(5.0)), lambda: tf.no_op())
    sess.run(done, {p: False})
    assert sess.run(v) == 0.0
    sess.run(done, {p: True})
    assert sess.run(v) == 5.0


def test_names_and_nodes_are_those_of_tensorflow(sess):
    x, p = tf.placeholder(tf.float32, [3], name="x"), tf.placeholder(tf.bool, [], name="p")
    y = tf.cond(p, lambda: x * 2.0, lambda: x + 1.0)
    graph = tf.get_default_graph()
    mul = graph.get_operation_by_name("cond/mul")
    assert [t.name for t in mul.inputs] == ["cond/mul/Switch:1", "cond/mul/y:0"]
    assert [c.name for c in mul.inputs[1].op.control_inputs] == ["cond/switch_t"]
    assert y.name == "cond/Merge:0"
    assert [t.name for t in y.op.inputs] == ["cond/add:0", "cond/mul:0"]
    assert [t.name for t in mul.inputs[0].op.inputs] == ["x:0", "cond/pred_id:0"]
    contexts = graph.get_collection(tf.GraphKeys.COND_CONTEXT)
    assert [c.branch for c in contexts] == [1, 0]
    assert mul._get_control_flow_context() is contexts[0]
    assert not graph.is_fetchable(mul)
    with pytest.raises(ValueError, match="not fetchable"):
        sess.run(mul.outputs[0], {p: True, x: [1, 2, 3]})


def test_structures(sess):
    p = tf.placeholder(tf.bool, [])
    y = tf.cond(
        p,
        lambda: {"a": tf.constant(1), "b": (tf.constant(2.0), [tf.constant(3)])},
        lambda: {"a": tf.constant(4), "b": (tf.constant(5.0), [tf.constant(6)])},
    )
    assert sess.run(y, {p: True}) == {"a": 1, "b": (2.0, [3])}
    assert sess.run(y, {p: False}) == {"a": 4, "b": (5.0, [6])}
    assert sess.run(tf.cond(p, lambda: [1], lambda: [2]), {p: True}) == 1
    assert sess.run(tf.cond(p, lambda: [1], lambda: [2], strict=True), {p: True}) == [1]


def test_gradients_through_both_branches(sess):
    x = tf.constant([1.0, 2.0, 3.0])
    p = tf.placeholder(tf.bool, [])
    y = tf.cond(p, lambda: tf.reduce_sum(x**3), lambda: tf.reduce_sum(tf.exp(x) * x[0]))
    (g,) = tf.gradients(y, x)
    (h,) = tf.gradients(g * g, x)
    (third,) = tf.gradients(h * x, x)
    np.testing.assert_allclose(sess.run(g, {p: True}), [3, 12, 27], rtol=1e-6)
    np.testing.assert_allclose(sess.run(h, {p: True}), [36, 288, 972], rtol=1e-6)
    np.testing.assert_allclose(sess.run(third, {p: True}), [144, 1152, 3888], rtol=1e-6)
    e = np.exp([1.0, 2.0, 3.0])
    np.testing.assert_allclose(sess.run(g, {p: False}), [e.sum() + e[0], e[1], e[2]], rtol=1e-6)


def test_a_branch_that_does_not_use_x_has_a_zero_gradient(sess):
    x = tf.placeholder(tf.float32, [None])
    p = tf.placeholder(tf.bool, [])
    y = tf.cond(p, lambda: x * x, lambda: tf.constant([1.0, 2.0]))
    (g,) = tf.gradients(y, x)
    assert sess.run(g, {p: True, x: [1.0, 3.0]}).tolist() == [2.0, 6.0]
    assert sess.run(g, {p: False, x: [1.0, 3.0]}).tolist() == [0.0, 0.0]


def test_gradients_of_rows_through_a_cond(sess):
    w = tf.constant(np.arange(15, dtype=np.float32).reshape(5, 3))
    p = tf.placeholder(tf.bool, [])
    y = tf.cond(p, lambda: tf.gather(w, [1, 2]) * 2.0, lambda: tf.gather(w, [0, 0]))
    dense = tf.convert_to_tensor(tf.gradients(y, w)[0])
    assert sess.run(dense, {p: True})[:, 0].tolist() == [0, 2, 2, 0, 0]
    assert sess.run(dense, {p: False})[:, 0].tolist() == [2, 0, 0, 0, 0]


def test_nested_conds(sess):
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(
        x > 1.0,
        lambda: tf.cond(x > 5.0, lambda: x * 10.0, lambda: tf.cond(x > 2.0, lambda: x, lambda: -x)),
        lambda: x + 100.0,
    )
    (g,) = tf.gradients(y, x)
    found = [sess.run([y, g], {x: v}) for v in (6.0, 3.0, 1.5, 0.0)]
    assert found == [[60.0, 10.0], [3.0, 1.0], [-1.5, -1.0], [100.0, 1.0]]


def test_control_dependencies_around_and_inside(sess):
    p = tf.placeholder(tf.bool, [])
    v = tf.Variable(1.0)
    sess.run(v.initializer)
    with tf.control_dependencies([v.assign(2.0)]):
        y = tf.cond(p, lambda: v + 1.0, lambda: tf.constant(0.0))

    def branch():
        with tf.control_dependencies([v.assign_add(10.0)]):
            return tf.constant(7.0)

    z = tf.cond(p, branch, lambda: tf.constant(8.0))
    sess.run(y, {p: True})
    assert sess.run(z, {p: False}) == 8.0
    before = sess.run(v)
    assert sess.run(z, {p: True}) == 7.0
    assert sess.run(v) == before + 10.0


def test_a_constant_predicate(sess):
    y = tf.cond(tf.constant(True), lambda: tf.constant(1.0), lambda: tf.constant(1.0) / 0.0)
    assert sess.run(y) == 1.0
    z = tf.cond(tf.constant(False), lambda: tf.gather([1], [9])[0], lambda: tf.constant(5))
    assert sess.run(z) == 5


def test_errors_name_the_op_in_the_branch(sess):
    p = tf.placeholder(tf.bool, [])
    x = tf.placeholder(tf.int32, [None])
    y = tf.cond(p, lambda: tf.gather(x, 5, name="far"), lambda: tf.constant(0))
    assert sess.run(y, {p: False, x: [1]}) == 0
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        sess.run(y, {p: True, x: [1]})
    assert caught.value.op.name == "cond/far"


def test_arguments_are_checked(sess):
    p = tf.constant(True)
    with pytest.raises(TypeError, match="true_fn argument required"):
        tf.cond(p)
    with pytest.raises(TypeError, match="false_fn must be callable"):
        tf.cond(p, lambda: 1, 2)
    with pytest.raises(TypeError, match="Python bool"):
        tf.cond(True, lambda: 1, lambda: 2)
    with pytest.raises(ValueError, match="return value"):
        tf.cond(p, lambda: None, lambda: 2)
    with pytest.raises(ValueError, match="same type"):
        tf.cond(p, lambda: 1.0, lambda: 2)
    with pytest.raises((TypeError, ValueError), match="Incompatible return"):
        tf.cond(p, lambda: [1, 2], lambda: 2)
    with pytest.raises(TypeError, match="simultaneously"):
        tf.cond(p, lambda: 1, lambda: 2, fn1=lambda: 3)
    assert sess.run(tf.cond(p, fn1=lambda: 1, fn2=lambda: 2)) == 1


def test_the_graph_is_left_out_of_the_context_after_an_error(sess):
    def fails():
        raise KeyError("x")

    with pytest.raises(KeyError):
        tf.cond(tf.constant(True), fails, lambda: 2)
    assert tf.get_default_graph()._get_control_flow_context() is None


def test_a_case_takes_the_first_that_is_true(sess):
    x = tf.placeholder(tf.float32, [])
    pairs = [(x > 3.0, lambda: x * 2.0), (x > 2.0, lambda: -x)]
    y = tf.case(pairs, default=lambda: x + 100.0)
    assert [sess.run(y, {x: v}) for v in (4.0, 2.5, 0.0)] == [8.0, -2.5, 100.0]
    by_dict = tf.case(collections.OrderedDict(pairs), default=lambda: x)
    assert sess.run(by_dict, {x: 4.0}) == 8.0


def test_a_case_without_default_checks_that_one_is_true(sess):
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x > 3.0, lambda: x * 2.0), (x < 0.0, lambda: -x)])
    assert sess.run(y, {x: -1.0}) == 1.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="None of conditions"):
        sess.run(y, {x: 1.0})


def test_an_exclusive_case_checks_that_one_at_most_is_true(sess):
    x = tf.placeholder(tf.float32, [])
    pairs = [(x > 3.0, lambda: x * 2.0), (x > 2.0, lambda: -x)]
    y = tf.case(pairs, default=lambda: x, exclusive=True)
    assert sess.run(y, {x: 2.5}) == -2.5
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than 1 conditions"):
        sess.run(y, {x: 4.0})


def test_the_pairs_of_a_case_are_checked(sess):
    with pytest.raises(TypeError, match="list, tuple, or dict"):
        tf.case(5)
    with pytest.raises(TypeError, match="2-tuple"):
        tf.case([1])
    with pytest.raises(TypeError, match="type bool"):
        tf.case([(tf.constant(1), lambda: 1)])
    with pytest.raises(TypeError, match="callable"):
        tf.case([(tf.constant(True), 1)])
    with pytest.raises(TypeError, match="default"):
        tf.case([(tf.constant(True), lambda: 1)], default=5)


def test_a_dict_is_taken_by_the_names_of_its_predicates(sess):
    a, b = tf.constant(True, name="a"), tf.constant(True, name="b")
    pairs = {b: lambda: tf.constant(2), a: lambda: tf.constant(1)}
    assert sess.run(tf.case(pairs, default=lambda: tf.constant(3))) == 1
    in_order = collections.OrderedDict(pairs.items())
    assert sess.run(tf.case(in_order, default=lambda: tf.constant(3))) == 2


def test_a_switch_case(sess):
    i = tf.placeholder(tf.int32, [])
    y = tf.switch_case(i, {2: lambda: tf.constant("b"), 0: lambda: tf.constant("a")})
    assert [sess.run(y, {i: k}) for k in (0, 2, 7)] == [b"a", b"b", b"b"]
    z = tf.switch_case(i, [lambda: 10, lambda: 20], default=lambda: -1)
    assert [sess.run(z, {i: k}) for k in (0, 1, 5, -3)] == [10, 20, -1, -1]
    with pytest.raises(TypeError, match="non-empty"):
        tf.switch_case(i, [])
    with pytest.raises(TypeError, match="2-tuple"):
        tf.switch_case(i, [5])
    with pytest.raises(TypeError, match="int"):
        tf.switch_case(i, {"a": lambda: 1})
    with pytest.raises(TypeError, match="callable"):
        tf.switch_case(i, {1: 5})
    with pytest.raises(ValueError, match="twice"):
        tf.switch_case(i, [(1, lambda: 1), (1, lambda: 2)])
