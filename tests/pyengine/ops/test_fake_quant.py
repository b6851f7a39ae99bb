"""Fake quantization."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_elements_are_clipped_and_rounded_to_steps(sess):
    y = tf.fake_quant_with_min_max_args([-1.0, 0.4, 0.6, 9.0], min=0, max=3, num_bits=2)
    assert sess.run(y).tolist() == [0, 0, 1, 3]
    narrow = tf.fake_quant_with_min_max_args([-9.0, 0.0, 9.0], -1, 1, 2, narrow_range=True)
    assert sess.run(narrow).tolist() == [-1, 0, 1]


def test_zero_is_a_step_of_any_range(sess):
    for low, high in ((-0.3, 5.7), (-7.1, 0.2), (1.0, 3.0)):
        assert sess.run(tf.fake_quant_with_min_max_vars([0.0], low, high)).item() == 0
    assert sess.run(tf.fake_quant_with_min_max_vars([5.0], 0.0, 0.0)).item() == 0


def test_gradients_reach_the_input_inside_and_the_limits_outside(sess):
    x, low, high = tf.constant([-2.0, 0.5, 4.0]), tf.constant(-1.0), tf.constant(1.0)
    y = tf.fake_quant_with_min_max_vars(x, low, high)
    slopes = sess.run(tf.gradients(y * [1.0, 10.0, 100.0], [x, low, high]))
    assert [s.tolist() for s in slopes] == [[0, 10, 0], 1, 100]
    rows = tf.constant([[-2.0, 3.0], [0.0, 3.0]])
    limits = tf.constant([-1.0, -1.0]), tf.constant([1.0, 9.0])
    z = tf.fake_quant_with_min_max_vars_per_channel(rows, *limits)
    slopes = sess.run(tf.gradients(z, [rows, *limits]))
    assert [s.tolist() for s in slopes] == [[[0, 1], [1, 1]], [1, 0], [0, 0]]


def test_ranges_that_cannot_be(sess):
    for settings in ({"min": 1, "max": 0}, {"num_bits": 1}):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"min|num_bits"):
            sess.run(tf.fake_quant_with_min_max_args([1.0], **settings))
    with pytest.raises(ValueError, match="rank"):
        tf.fake_quant_with_min_max_vars([1.0], [0.0], [1.0])


def test_an_empty_range_passes_the_gradient_on(sess):
    dy, x = [1.0, 2.0, 3.0], [-1.0, 0.0, 1.0]
    found = sess.run(tf.fake_quant_with_min_max_vars_gradient(dy, x, 0.0, 0.0))
    assert [part.tolist() for part in found] == [dy, 0.0, 0.0]
    assert sess.run(tf.fake_quant_with_min_max_vars(x, 0.0, 0.0)).tolist() == [0.0, 0.0, 0.0]
