"""Moving averages."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.train.moving_averages import assign_moving_average, weighted_moving_average


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_an_average_starts_as_its_variable(sess):
    w = tf.Variable([8.0], name="w")
    ema = tf.train.ExponentialMovingAverage(0.75)
    update = ema.apply([w])
    assert update.name == "ExponentialMovingAverage"
    assert ema.average(w).name == "w/ExponentialMovingAverage:0"
    assert ema.average_name(w) == "w/ExponentialMovingAverage"
    assert tf.moving_average_variables() == [w]
    assert ema.average(w) not in tf.trainable_variables()
    sess.run(tf.global_variables_initializer())
    sess.run(w.assign([0.0]))
    sess.run(update)
    assert sess.run(ema.average(w)).tolist() == [6.0]


def test_the_decay_is_lower_while_there_are_few_updates(sess):
    w = tf.Variable(1.0)
    count = tf.Variable(0, trainable=False)
    ema = tf.train.ExponentialMovingAverage(0.99, num_updates=count)
    update = ema.apply([w])
    sess.run(tf.global_variables_initializer())
    sess.run(w.assign(0.0))
    sess.run(update)  # a decay of 1 / 10
    np.testing.assert_allclose(sess.run(ema.average(w)), 0.1, rtol=1e-6)


def test_averages_of_tensors_start_as_zeros(sess):
    x = tf.placeholder(tf.float32, [])
    plain = tf.train.ExponentialMovingAverage(0.5, name="plain")
    debiased = tf.train.ExponentialMovingAverage(0.5, zero_debias=True, name="debiased")
    updates = [plain.apply([x]), debiased.apply([x])]
    sess.run(tf.global_variables_initializer())
    values = []
    for value in (4.0, 8.0):
        sess.run(updates, {x: value})
        values.append(sess.run([plain.average(x), debiased.average(x)]))
    assert values[0] == [2.0, 4.0]
    assert values[1] == [5.0, np.float32(5.0 / 0.75)]
    assert tf.moving_average_variables() == []


def test_averages_are_restored_into_their_variables(sess):
    w, other = tf.Variable(1.0, name="w"), tf.Variable(1.0, name="other", trainable=False)
    ema = tf.train.ExponentialMovingAverage(0.5)
    assert ema.average_name(w) == "w/ExponentialMovingAverage"
    assert ema.average(w) is None
    ema.apply()
    average = ema.average(w)
    wanted = {"w/ExponentialMovingAverage": w, "other": other}
    assert ema.variables_to_restore() == wanted
    assert average.op.name not in {v.op.name for v in wanted.values()}


def test_what_has_no_average_is_refused(sess):
    with pytest.raises(TypeError, match="half, float, or double"):
        tf.train.ExponentialMovingAverage(0.5).apply([tf.Variable(1)])


def test_an_average_can_be_had_without_the_class(sess):
    v = tf.Variable(0.0)
    first = assign_moving_average(v, 8.0, 0.75, zero_debias=False)
    assert first.name == "AssignMovingAvg:0"
    mean = weighted_moving_average(tf.constant([2.0, 4.0]), 0.5, tf.constant(3.0))
    sess.run(tf.global_variables_initializer())
    assert sess.run(first) == 2.0
    np.testing.assert_allclose(sess.run(mean), [2.0, 4.0])
