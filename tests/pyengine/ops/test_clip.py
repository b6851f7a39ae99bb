"""Clipping."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_by_value(sess):
    assert sess.run(tf.clip_by_value([-2.0, 0.5, 3.0], -1.0, 1.0)).tolist() == [-1.0, 0.5, 1.0]
    with pytest.raises(ValueError, match="not compatible"):
        tf.clip_by_value([1.0, 2.0], [[0.0], [0.0]], 1.0)


def test_by_norm(sess):
    assert sess.run(tf.clip_by_norm([3.0, 4.0], 1.0)).tolist() == pytest.approx([0.6, 0.8])
    assert sess.run(tf.clip_by_norm([0.3, 0.4], 1.0)).tolist() == pytest.approx([0.3, 0.4])
    x = tf.constant([0.0, 0.0])
    assert np.isfinite(sess.run(tf.gradients(tf.clip_by_norm(x, 1.0), x))[0]).all()


def test_by_global_norm(sess):
    clipped, norm = tf.clip_by_global_norm([[3.0], None, [4.0]], 1.0)
    assert clipped[1] is None
    assert sess.run(norm) == 5.0
    assert sess.run([clipped[0], clipped[2]]) == [pytest.approx([0.6]), pytest.approx([0.8])]
    with pytest.raises(TypeError, match="sequence"):
        tf.global_norm(tf.constant(1.0))


def test_clip_by_average_norm():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.constant([3.0, 4.0])
        assert sess.run(tf.clip_by_average_norm(x, 9.0)).tolist() == [3, 4]
        scaled = sess.run(tf.clip_by_average_norm(x, 1.0))
        assert abs(float((scaled**2).sum()) ** 0.5 / 2 - 1.0) < 1e-6
