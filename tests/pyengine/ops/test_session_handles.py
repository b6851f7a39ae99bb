"""Values that stay in a session."""

import gc

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_value_is_kept_and_used(sess):
    x = tf.placeholder(tf.float32, [2])
    kept = sess.run(tf.get_session_handle(x * 2.0), {x: [1.0, 2.0]})
    assert kept.eval().tolist() == [2, 4]
    assert (kept.dtype, str(kept)) == (tf.float32, kept.handle)
    holder, value = tf.get_session_tensor(kept.handle, tf.float32)
    assert holder.dtype is tf.string
    assert value.shape.ndims is None
    for _ in range(2):
        kept = sess.run(tf.get_session_handle(value + 1.0), {holder: kept.handle})
    assert kept.eval().tolist() == [4, 6]


def test_a_handle_may_be_fed_for_any_tensor(sess):
    kept = sess.run(tf.get_session_handle(tf.constant([1.0, 2.0])))
    x = tf.placeholder(tf.float32, [2])
    assert sess.run(x * 3.0, {x: kept}).tolist() == [3, 6]
    y = tf.placeholder(tf.float32, [3])
    with pytest.raises(ValueError, match="shape"):
        sess.run(y, {y: kept})


def test_deleting(sess):
    make = tf.get_session_handle(tf.constant(1))
    kept, other = sess.run(make), sess.run(make)
    holder, delete = tf.delete_session_tensor(kept.handle)
    sess.run(delete, {holder: kept.handle})
    with pytest.raises(TypeError, match="deleted"):
        kept.eval()
    with pytest.raises(tf.errors.InvalidArgumentError, match="not in the session store"):
        sess.run(delete, {holder: kept.handle})
    other.delete()
    with pytest.raises(TypeError, match="deleted"):
        other.delete()


def test_the_value_goes_with_the_handle(sess):
    kept = sess.run(tf.get_session_handle(tf.constant(1)))
    text = kept.get_raw_handle()
    holder, value = tf.get_session_tensor(text, tf.int32)
    assert sess.run(value, {holder: text}) == 1
    del kept
    gc.collect()
    with pytest.raises(tf.errors.InvalidArgumentError, match="not in the session store"):
        sess.run(value, {holder: text})


def test_it_is_of_one_session_and_dtype(sess):
    kept = sess.run(tf.get_session_handle(tf.constant(1)))
    holder, value = tf.get_session_tensor(kept.handle, tf.int32)
    with tf.Session() as other, pytest.raises(tf.errors.InvalidArgumentError):
        other.run(value, {holder: kept.handle})
    holder, value = tf.get_session_tensor(kept.handle, tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="int32, not float32"):
        sess.run(value, {holder: kept.handle})


def test_variables_and_no_others(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)
    kept = sess.run(tf.get_session_handle(v))
    sess.run(v.assign([5, 6]))
    np.testing.assert_array_equal(kept.eval(), [1, 2])
    with pytest.raises(TypeError, match="must be of type Tensor"):
        tf.get_session_handle([1.0])
