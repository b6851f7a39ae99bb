"""Classes: static shapes, broadcasting, dtypes."""

import numpy as np

import pyengine as tf

ds = tf.contrib.distributions


def test_values_broadcast_with_the_batch():
    with tf.Graph().as_default(), tf.Session() as sess:
        d = tf.distributions.Categorical(probs=[[0.2, 0.8], [0.5, 0.5]])
        assert d.batch_shape.as_list() == [2]
        np.testing.assert_allclose(sess.run(d.prob(1)), [0.8, 0.5], rtol=1e-6)
        found = sess.run(d.prob([[0, 1], [1, 0], [0, 0]]))
        np.testing.assert_allclose(found, [[0.2, 0.5], [0.8, 0.5], [0.2, 0.5]], rtol=1e-6)
        drawn = d.sample(3, seed=1)
        assert drawn.shape.as_list() == [3, 2] and drawn.dtype == tf.int32


def test_gradients_reach_the_logits():
    with tf.Graph().as_default(), tf.Session() as sess:
        logits = tf.Variable(np.zeros(3))
        log_prob = tf.distributions.Categorical(logits=logits).log_prob(1)
        sess.run(tf.global_variables_initializer())
        (grad,) = sess.run(tf.gradients(log_prob, logits))
        np.testing.assert_allclose(grad, [-1 / 3, 2 / 3, -1 / 3])


def test_one_hot_draws():
    with tf.Graph().as_default(), tf.Session() as sess:
        d = ds.OneHotCategorical(probs=[[0.2, 0.8], [1.0, 0.0]])
        drawn = sess.run(d.sample(50, seed=3))
        assert drawn.shape == (50, 2, 2)
        assert (drawn.sum(-1) == 1).all() and (drawn[:, 1, 0] == 1).all()
