"""Running totals against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_cumulative(sess, exclusive, reverse):
    x = np.array([1.0, 2.0, 3.0])
    line = x[::-1] if reverse else x
    sums, products = np.cumsum(line), np.cumprod(line)
    if exclusive:
        sums, products = np.r_[0, sums[:-1]], np.r_[1, products[:-1]]
    turn = slice(None, None, -1 if reverse else 1)
    options = {"exclusive": exclusive, "reverse": reverse}
    assert sess.run(tf.cumsum(x, **options)).tolist() == sums[turn].tolist()
    assert sess.run(tf.cumprod(x, **options)).tolist() == products[turn].tolist()


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_cumulative_logsumexp(sess, exclusive, reverse):
    x = np.array([[1.0, 2.0, 3.0], [1000.0, 1000.0, -1000.0]])
    got = sess.run(tf.math.cumulative_logsumexp(x, 1, exclusive=exclusive, reverse=reverse))
    line = x[:, ::-1] if reverse else x
    wanted = np.logaddexp.accumulate(line, axis=1)
    if exclusive:
        wanted = np.c_[[-np.inf] * 2, wanted[:, :-1]]
    np.testing.assert_allclose(got, wanted[:, ::-1] if reverse else wanted)


def test_the_gradient_of_a_product_with_zeros(sess):
    x = tf.constant([2.0, 0.0, 3.0])
    assert sess.run(tf.gradients(tf.cumprod(x), x)[0]).tolist() == [1, 0, 0]  # as TensorFlow has it


def test_an_axis_that_is_not_there_is_refused(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        sess.run(tf.cumsum([1.0], axis=1))
