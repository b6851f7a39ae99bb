"""Activations and layers."""

import numpy as np
import pytest

import pyengine as tf

X = np.array([-3.0, -0.5, 0.0, 0.5, 7.0])


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("relu", lambda x: np.maximum(x, 0)), ("relu6", lambda x: np.clip(x, 0, 6)),
        ("elu", lambda x: np.where(x > 0, x, np.expm1(x))),
        ("softplus", lambda x: np.log1p(np.exp(x))), ("softsign", lambda x: x / (1 + abs(x))),
        ("leaky_relu", lambda x: np.where(x > 0, x, np.float32(0.2) * x)), ("tanh", np.tanh),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations(sess, name, function, dtype):
    got = sess.run(getattr(tf.nn, name)(X.astype(dtype)))
    assert got.dtype == dtype
    np.testing.assert_allclose(got, function(X), rtol=1e-5, atol=1e-7)


def test_large_inputs_do_not_overflow(sess):
    assert sess.run(tf.nn.softplus([1000.0, -1000.0])).tolist() == [1000.0, 0.0]
    assert sess.run(tf.nn.elu(-1000.0)) == -1.0


def test_bias(sess):
    x = np.zeros((2, 3, 4))
    assert sess.run(tf.nn.bias_add(x, np.arange(4.0)))[0, 0].tolist() == [0, 1, 2, 3]
    assert sess.run(tf.nn.bias_add(x, np.arange(3.0), "NCHW"))[0, :, 0].tolist() == [0, 1, 2]
    assert sess.run(tf.nn.xw_plus_b([[1.0, 2.0]], [[1.0], [1.0]], [0.5])).tolist() == [[3.5]]
    with pytest.raises(ValueError, match="not compatible"):
        tf.nn.bias_add(x, np.arange(3.0))
    with pytest.raises(ValueError, match="data_format"):
        tf.nn.bias_add(x, np.arange(4.0), "CHWN")


def test_dropout_keeps_the_mean(sess):
    x = tf.ones([200, 200])
    got = sess.run(tf.nn.dropout(x, keep_prob=0.8, seed=1))
    assert sorted(set(got.reshape(-1).tolist())) == [0.0, 1.25]
    assert got.mean() == pytest.approx(1.0, abs=0.02)
    rows = sess.run(tf.nn.dropout(x, rate=0.5, noise_shape=[200, 1], seed=1))
    assert (rows == rows[:, :1]).all()
    assert tf.nn.dropout(x, keep_prob=1.0) is x
    keep = tf.placeholder(tf.float32)
    assert sess.run(tf.nn.dropout(x, keep), {keep: 1.0}).min() == 1.0


@pytest.mark.parametrize(
    "given", [{}, {"keep_prob": 0.5, "rate": 0.5}, {"keep_prob": 1.5}, {"rate": -1}]
)
def test_dropout_refuses_other_probabilities(sess, given):
    with pytest.raises(ValueError, match="rate"):
        tf.nn.dropout([1.0], **given)


def test_normalization(sess):
    assert sess.run(tf.nn.l2_normalize([3.0, 4.0], 0)).tolist() == pytest.approx([0.6, 0.8])
    assert sess.run(tf.nn.l2_loss([3.0, 4.0])) == 12.5


def test_the_top(sess):
    values, places = sess.run(tf.nn.top_k([[1.0, 9.0, 3.0], [5.0, 5.0, 2.0]], 2))
    assert values.tolist() == [[9, 3], [5, 5]]
    assert places.tolist() == [[1, 2], [0, 1]]
    assert sess.run(tf.nn.in_top_k([[0.1, 0.9, 0.5]] * 3, [1, 2, 0], 2)).tolist() == [
        True,
        True,
        False,
    ]
    with pytest.raises(ValueError, match=">= k = 4"):
        tf.nn.top_k([[1.0, 2.0]], 4)


def test_the_second_derivative_of_relu_is_zero():
    for function in (tf.nn.relu, tf.nn.relu6):
        with tf.Graph().as_default(), tf.Session() as sess:
            x = tf.constant([-1.0, 2.0])
            slope = tf.gradients(function(x), x)[0]
            assert sess.run(tf.gradients(slope, x)[0]).tolist() == [0.0, 0.0]


def test_a_bias_tells_the_number_of_channels():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, None])
        assert tf.nn.bias_add(x, [1.0, 2.0]).shape.as_list() == [None, 2]
        wide = tf.placeholder(tf.float32, [None] * 3)
        shape = tf.nn.bias_add(wide, [1.0, 2.0], data_format="NCHW").shape
        assert shape.as_list() == [None, 2, None]
