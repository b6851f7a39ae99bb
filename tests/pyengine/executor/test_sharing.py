import numpy as np

import pyengine as tf
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.executor.sharing import constant_key


def steps(fetches, feeds, **options):
    return len(Plan(fetches, feeds, Runtime(**options)))


def test_what_is_computed_twice_is_computed_once():
    x = tf.placeholder(tf.float32, [2])
    fetches = [tf.cumsum(x), tf.cumsum(x), tf.cumsum(x, reverse=True)]
    assert steps(fetches, [x]) == 2
    assert steps(fetches, [x], optimized=False) == 3
    with tf.Session() as sess:
        assert [v.tolist() for v in sess.run(fetches, {x: [1, 2]})] == [[1, 3], [1, 3], [3, 2]]


def test_equal_constants_are_one():
    x = tf.placeholder(tf.float32, [2])
    assert steps([tf.pow(x, 3.0), tf.pow(x, 3.0), tf.pow(x, -3.0)], [x]) == 2
    assert constant_key(np.float32(0)) != constant_key(np.float32(-0.0))
    assert constant_key(np.float32(1)) != constant_key(np.int32(1))


def test_draws_are_never_shared():
    a, b = tf.random_uniform([4]), tf.random_uniform([4])
    with tf.Session() as sess:
        first, second = sess.run([a, b])
    assert (first != second).all()


def test_a_read_before_an_assignment_is_not_one_after_it():
    v = tf.Variable(1.0)
    before = v.read_value() * 2.0
    with tf.control_dependencies([before]):
        changed = v.assign(5.0)
    with tf.control_dependencies([changed]):
        after = v.read_value() * 2.0
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run([before, after]) == [2.0, 10.0]


def test_a_fed_result_is_not_shared():
    x = tf.placeholder(tf.float32, [2])
    a, b = tf.cumsum(x), tf.cumsum(x)
    with tf.Session() as sess:
        fed, computed = sess.run([a + 0.0, b], {x: [1, 2], a: [7, 7]})
    assert fed.tolist() == [7, 7]
    assert computed.tolist() == [1, 3]


def test_branches_do_not_share():
    x = tf.placeholder(tf.float32, [2])
    y = tf.cond(x[0] > 0, lambda: tf.cumsum(x), lambda: -tf.cumsum(x))
    with tf.Session() as sess:
        assert sess.run(y, {x: [1, 2]}).tolist() == [1, 3]
        assert sess.run(y, {x: [-1, 2]}).tolist() == [1, -1]


def test_the_level_l0_turns_it_off():
    options = tf.OptimizerOptions(opt_level=tf.OptimizerOptions.L0)
    config = tf.ConfigProto(graph_options=tf.GraphOptions(optimizer_options=options))
    with tf.Session(config=config) as sess:
        assert not sess._runtime.optimized
    assert tf.Session()._runtime.optimized
