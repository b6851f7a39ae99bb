"""Reductions over segments."""

import numpy as np
import pytest

import pyengine as tf

DATA = np.array([[1.0, -2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("sum", [[4, 2], [0, 0], [5, 6]]),
        ("mean", [[2, 1], [0, 0], [5, 6]]),
        ("prod", [[3, -8], [1, 1], [5, 6]]),
        ("max", [[3, 4], [0, 0], [5, 6]]),
        ("min", [[1, -2], [0, 0], [5, 6]]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.float16])
def test_sorted_ids(sess, how, wanted, dtype):
    y = getattr(tf, f"segment_{how}")(DATA.astype(dtype), [0, 0, 2])
    assert y.shape.as_list() == [None, 2]
    got = sess.run(y)
    assert got.dtype == dtype
    assert got.tolist() == wanted


def test_ids_must_be_sorted_and_fit(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match="not increasing"):
        sess.run(tf.segment_sum([1.0, 2.0], [1, 0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="id -1 is negative"):
        sess.run(tf.segment_sum([1.0, 2.0], [-1, 0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="same size"):
        sess.run(tf.segment_sum([1.0, 2.0], [0]))
    assert sess.run(tf.segment_sum(np.zeros((0, 2)), np.zeros(0, int))).shape == (0, 2)


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("sum", [[3, 4], [0, 0], [6, 4]]),
        ("mean", [[3, 4], [0, 0], [3, 2]]),
        ("sqrt_n", [[3, 4], [0, 0], [6 / 2**0.5, 4 / 2**0.5]]),
        ("prod", [[3, 4], [1, 1], [5, -12]]),
        ("max", [[3, 4], [np.finfo("f4").min] * 2, [5, 6]]),
        ("min", [[3, 4], [np.finfo("f4").max] * 2, [1, -2]]),
    ],
)
def test_ids_in_any_order(sess, how, wanted):
    y = getattr(tf, f"unsorted_segment_{how}")(DATA.astype("f4"), [2, 0, 2], 3)
    assert y.shape == [3, 2]
    np.testing.assert_allclose(sess.run(y), np.array(wanted, "f4"), rtol=1e-6)


def test_rows_are_summed_by_their_ids(sess):
    data = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert sess.run(tf.unsorted_segment_sum(data, [-1, 0, 0], 1)).tolist() == [[8, 10]]


def test_ids_of_the_shape_of_the_data(sess):
    y = tf.unsorted_segment_sum([[1, 2], [3, 4]], [[0, 1], [1, 0]], 2)
    assert sess.run(y).tolist() == [5, 5]


def test_an_id_that_is_too_large_is_refused(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"segment_ids\[1\] = 3"):
        sess.run(tf.unsorted_segment_sum([1.0, 2.0], [0, 3], 2))
    with pytest.raises(ValueError, match="incompatible"):
        tf.unsorted_segment_sum([1.0, 2.0], [0], 2)


@pytest.mark.parametrize("values", [[2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [2.0, 5.0, 3.0]])
@pytest.mark.parametrize("is_sorted", [True, False])
def test_the_gradient_of_a_product_with_zeros(sess, values, is_sorted):
    x = tf.constant(values)
    y = tf.segment_prod(x, [0, 0, 0]) if is_sorted else tf.unsorted_segment_prod(x, [0, 0, 0], 1)
    wanted = [np.prod(np.delete(values, i)) for i in range(3)]
    assert sess.run(tf.gradients(y, x)[0]).tolist() == wanted


def test_equal_extremes_share_the_gradient(sess):
    x = tf.constant([2.0, 2.0, 1.0])
    for y in (tf.segment_max(x, [0, 0, 0]), tf.unsorted_segment_max(x, [0, 0, 0], 1)):
        assert sess.run(tf.gradients(y, x)[0]).tolist() == [0.5, 0.5, 0]
