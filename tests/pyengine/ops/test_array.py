"""Copies, shapes as values, reshaping."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_shapes_as_values(sess):
    x = tf.placeholder(tf.float32)
    assert sess.run([tf.shape(x), tf.size(x), tf.rank(x)], {x: X})[0].tolist() == [2, 3]
    assert tf.shape(tf.zeros([2, 3])).op.type == "Const"
    assert tf.shape(x, out_type=tf.int64).dtype is tf.int64


@pytest.mark.parametrize("order", "CF")
def test_reshape_counts_row_by_row(sess, order):
    x = tf.placeholder(tf.float64, [None, 3])
    got = sess.run(tf.reshape(x, [3, -1]), {x: np.asarray(X, order=order)})
    assert got.tolist() == X.reshape(3, 2).tolist()


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ([2, 3], [-1], [6]), ([2, 3], [3, -1], [3, 2]), ([None, 4], [-1, 2, 2], [None, 2, 2]),
        ([2, 3], [], None), ([2, 3], [4, -1], None), ([2, 3], [7], None),
        ([2, 3], [-1, -1], [None, None]),
        ([1], [], []),
    ],
)  # fmt: skip
def test_reshape_knows_its_shape(source, target, wanted):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, source)
        if wanted is None:
            with pytest.raises(ValueError, match="Reshape"):
                tf.reshape(x, target)
        else:
            assert tf.reshape(x, target).shape.as_list() == wanted


def test_a_reshape_that_does_not_fit_fails_in_the_run(sess):
    x = tf.placeholder(tf.float32)
    said = (
        r"Input to reshape is a tensor with 6 values, but the requested shape \[4\] has 4.*Reshape"
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"(?s){said}"):
        sess.run(tf.reshape(x, [4]), {x: X})
    with pytest.raises(tf.errors.InvalidArgumentError, match="has a multiple of 4"):
        sess.run(tf.reshape(x, [4, -1]), {x: X})


def test_dimensions_come_and_go(sess):
    x = tf.constant(X)
    assert tf.expand_dims(x, 1).shape == [2, 1, 3]
    assert tf.expand_dims(x, dim=-1).shape == [2, 3, 1]
    with pytest.raises(ValueError, match=r"squeeze_dims\[2\] not in \[-2,2\)"):
        tf.squeeze(tf.zeros([1, 1]), [2])
    assert tf.squeeze(tf.zeros([1, 2, 1])).shape == [2]
    assert tf.squeeze(tf.zeros([1, 2, 1]), [0]).shape == [2, 1]
    with pytest.raises(ValueError, match="interval"):
        tf.expand_dims(x, 4)
    with pytest.raises(ValueError, match="dimension of 1, got 3"):
        tf.squeeze(x, [1])
    with pytest.raises(ValueError, match="axis"):
        tf.expand_dims(x)


def test_transpose(sess):
    x = np.arange(24).reshape(2, 3, 4)
    assert sess.run(tf.transpose(x)).tolist() == x.T.tolist()
    assert sess.run(tf.transpose(x, [1, 0, 2])).tolist() == x.transpose(1, 0, 2).tolist()
    assert sess.run(tf.transpose([[1j]], conjugate=True)).tolist() == [[-1j]]
    y = tf.placeholder(tf.float32)
    assert sess.run(tf.transpose(y), {y: X}).tolist() == X.T.tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match="Transpose"):
        sess.run(tf.transpose(x, [0, 0, 1]))
    with pytest.raises(ValueError, match="out of range"):
        tf.transpose(x, [0, 1, 3])


def test_gradients_stop(sess):
    x = tf.constant(3.0)
    assert sess.run(tf.gradients(tf.stop_gradient(x) * x, x)) == [3.0]


def test_minus_one_where_there_is_nothing(sess):
    x = tf.constant(np.zeros((0, 3)))
    y = tf.reshape(x, [-1, 0])
    assert y.shape.as_list() == [None, 0]
    assert sess.run(y).shape == (3, 0)
