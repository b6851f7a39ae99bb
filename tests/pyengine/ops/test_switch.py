"""The control-flow nodes, used by hand as an imported graph uses them."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import switch as nodes


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_merge_gives_what_its_switch_let_through(sess):
    p = tf.placeholder(tf.bool, [])
    off, on = nodes.switch(tf.constant([1.0, 2.0]), p)
    value, index = nodes.merge([off * 10.0, on + 0.5])
    assert value.shape.as_list() == [2]
    assert sess.run(value, {p: False}).tolist() == [10.0, 20.0]
    assert [sess.run(index, {p: b}) for b in (False, True)] == [0, 1]


def test_a_dead_value_cannot_be_fetched(sess):
    p = tf.placeholder(tf.bool, [])
    off, on = nodes.switch(tf.constant(1.0), p)
    later = on * 2.0
    assert sess.run(later, {p: True}) == 2.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not have value"):
        sess.run(later, {p: False})
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not have value"):
        sess.run(off, {p: True})
    assert sess.run(later.op, {p: False}) is None


def test_what_waits_for_something_dead_is_dead(sess):
    p = tf.placeholder(tf.bool, [])
    v = tf.Variable(0.0)
    sess.run(v.initializer)
    _, on = nodes.switch(tf.constant(1.0), p)
    with tf.control_dependencies([tf.identity(on)]):
        write = v.assign_add(1.0)
    sess.run(write.op, {p: False})
    assert sess.run(v) == 0.0
    sess.run(write.op, {p: True})
    assert sess.run(v) == 1.0


def test_a_merge_of_unrelated_conditions(sess):
    p, q = tf.placeholder(tf.bool, []), tf.placeholder(tf.bool, [])
    _, a = nodes.switch(tf.constant(1.0), p)
    _, b = nodes.switch(tf.constant(2.0), q)
    merged, _ = nodes.merge([a, b])
    later = merged * 10.0
    assert sess.run(later, {p: True, q: False}) == 10.0
    assert sess.run(later, {p: False, q: True}) == 20.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not have value"):
        sess.run(later, {p: False, q: False})


def test_gradients_of_switches_made_by_hand(sess):
    p = tf.placeholder(tf.bool, [])
    x = tf.constant([1.0, 2.0])
    off, on = nodes.switch(x, p)
    y, _ = nodes.merge([off * 10.0, on * on])
    (g,) = tf.gradients(y, x)
    assert sess.run(g, {p: False}).tolist() == [10.0, 10.0]
    assert sess.run(g, {p: True}).tolist() == [2.0, 4.0]


def test_a_fed_merge_needs_no_branch(sess):
    off, on = nodes.switch(tf.constant(1.0), tf.placeholder(tf.bool, []))
    value, _ = nodes.merge([off, on])
    assert sess.run(value + 1.0, {value: 5.0}) == 6.0


def test_the_predicate_is_a_scalar(sess):
    with pytest.raises(ValueError, match="rank 0"):
        nodes.switch(tf.constant(1.0), tf.constant([True, False]))
    p = tf.placeholder(tf.bool)
    _, on = nodes.switch(tf.constant(1.0), p)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"scalar, but has the shape \[2\]"):
        sess.run(on + 1.0, {p: [True, False]})


def test_shapes_of_a_merge():
    with tf.Graph().as_default():
        p = tf.placeholder(tf.bool, [])
        off, _ = nodes.switch(tf.zeros([2, 3]), p)
        _, on = nodes.switch(tf.zeros([2, 4]), p)
        assert nodes.merge([off, on])[0].shape.as_list() == [2, None]
        _, other = nodes.switch(tf.zeros([2]), p)
        assert nodes.merge([off, other])[0].shape.ndims is None
        with pytest.raises(ValueError, match="None"):
            nodes.merge([off, None])


def test_a_loop_made_of_nodes(sess):
    start = nodes.enter(tf.constant(0), "loop")
    limit = nodes.enter(tf.constant(5), "loop", is_constant=True)
    merged, index = nodes.merge([start, start])
    goes_on = nodes.loop_cond(merged < limit)
    ended, inside = nodes.switch(merged, goes_on)
    one = nodes.enter(tf.constant(1), "loop", is_constant=True)
    merged.op._update_input(1, nodes.next_iteration(inside + one))
    assert sess.run(nodes.exit_loop(ended)) == 5
    with pytest.raises(tf.errors.InvalidArgumentError, match="inside of a loop"):
        sess.run(merged)
    with pytest.raises(tf.errors.InvalidArgumentError, match="incompatible"):
        merged.op._update_input(1, tf.constant(1.0))
    del index


def test_a_loop_without_condition_is_refused(sess):
    start = nodes.enter(tf.constant(0), "loop")
    with pytest.raises(tf.errors.InvalidArgumentError, match="LoopCond"):
        sess.run(nodes.exit_loop(start))


def test_slices_go_through_part_by_part(sess):
    p = tf.placeholder(tf.bool, [])
    rows = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([1, 0]), tf.constant([3, 1]))
    off, on = nodes.switch(rows, p)
    merged, _ = nodes.merge([off, tf.identity(on.values)])
    dense = tf.convert_to_tensor(merged)
    assert sess.run(dense, {p: False}).ravel().tolist() == [2.0, 1.0, 0.0]
    assert sess.run(merged, {p: True}).indices.tolist() == [0, 1]
    assert np.shape(sess.run(merged, {p: True}).values) == (2, 1)
