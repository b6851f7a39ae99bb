"""Updates of parts of a variable."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def started(sess, value):
    v = tf.Variable(np.array(value))
    sess.run(v.initializer)
    return v


@pytest.mark.parametrize(
    ("op", "wanted"),
    [
        (tf.scatter_update, [2.0, 8.0]),
        (tf.scatter_add, [6.0, 8.0]),
        (tf.scatter_sub, [2.0, 8.0]),
        (tf.scatter_mul, [8.0, 8.0]),
        (tf.scatter_div, [2.0, 8.0]),
        (tf.scatter_min, [2.0, 8.0]),
        (tf.scatter_max, [4.0, 8.0]),
    ],
)
def test_one_row(sess, op, wanted):
    v = started(sess, [4.0, 8.0])
    assert sess.run(op(v, [0], np.array([2.0]))).tolist() == wanted
    assert sess.run(v).tolist() == wanted


def test_rows_named_twice_count_twice(sess):
    v = started(sess, np.zeros((3, 2)))
    rows = tf.scatter_add(v, [2, 0, 2], np.ones((3, 2)))
    assert sess.run(rows).tolist() == [[1, 1], [0, 0], [2, 2]]
    v = started(sess, [20])
    assert sess.run(tf.scatter_div(v, [0, 0], np.array([3, 2]))).tolist() == [3]
    assert sess.run(tf.scatter_div(v, [0], np.array([-2]))).tolist() == [-1]


def test_a_scalar_goes_into_all_rows_named(sess):
    v = started(sess, np.zeros((3, 2)))
    assert sess.run(tf.scatter_update(v, [0, 2], np.float64(7))).tolist() == [
        [7, 7],
        [0, 0],
        [7, 7],
    ]


def test_what_does_not_fit_is_refused(sess):
    v = started(sess, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="incompatible"):
        tf.scatter_add(v, [0], np.ones((3, 2)))
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"indices\[1\] = 3 is not in \[0, 3\)"
    ):
        sess.run(tf.scatter_add(v, [0, 3], np.ones((2, 2))))
    fed = tf.placeholder(tf.float64)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Must have updates"):
        sess.run(tf.scatter_add(v, [0], fed), {fed: np.ones((3, 2))})


def test_a_fetched_value_does_not_change_later(sess):
    v = started(sess, [1.0, 2.0])
    before = sess.run(v)
    sess.run(tf.scatter_add(v, [0], np.array([5.0])))
    assert before.tolist() == [1.0, 2.0]


def test_n_dimensional_positions(sess):
    v = started(sess, np.zeros((2, 3)))
    assert sess.run(tf.scatter_nd_add(v, [[0, 1], [0, 1]], np.array([1.0, 2.0])))[0, 1] == 3.0
    assert sess.run(tf.scatter_nd_update(v, [[1]], np.ones((1, 3))))[1].tolist() == [1, 1, 1]
    assert sess.run(tf.scatter_nd_sub(v, [[1, 0]], np.array([4.0])))[1, 0] == -3.0
    with pytest.raises(ValueError, match="last dimension of indices is 3"):
        tf.scatter_nd_add(v, [[0, 0, 0]], np.array([1.0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not index into shape"):
        sess.run(tf.scatter_nd_add(v, [[2, 0]], np.array([1.0])))


def test_batches(sess):
    v = started(sess, np.zeros((2, 3)))
    new = tf.batch_scatter_update(v, [[0, 2], [1, 0]], np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert sess.run(new).tolist() == [[1, 0, 2], [4, 3, 0]]


def test_slices_are_assigned(sess):
    v = started(sess, np.zeros((3, 2)))
    sess.run(v[1:, 0].assign(np.array([5.0, 6.0])))
    sess.run(v[0].assign(np.float64(1.0)))
    assert sess.run(v).tolist() == [[1, 1], [5, 0], [6, 0]]
    fed = tf.placeholder(tf.float64)
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not fit the slice"):
        sess.run(v[0].assign(fed), {fed: np.ones(3)})


def test_counting_ends_at_the_limit(sess):
    v = started(sess, 0)
    count = tf.count_up_to(v, 2)
    assert [sess.run(count), sess.run(count), sess.run(v)] == [0, 1, 2]
    with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
        sess.run(count)
