"""`tf.debugging`."""

import pyengine as tf


def test_it_is_the_same_as_at_the_top():
    assert tf.debugging.assert_equal is tf.assert_equal
    assert tf.debugging.assert_all_finite is tf.verify_tensor_all_finite
    assert tf.debugging.check_numerics is tf.check_numerics
    assert tf.debugging.is_nan is tf.is_nan
