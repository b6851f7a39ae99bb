"""Initializers of contrib."""

import numpy as np
import pytest

import pyengine as tf


@pytest.mark.parametrize(
    ("mode", "n"), [("FAN_IN", 9 * 40), ("FAN_OUT", 9 * 60), ("FAN_AVG", 9 * 50)]
)
@pytest.mark.parametrize("uniform", [True, False])
def test_variances(mode, n, uniform):
    with tf.Graph().as_default(), tf.Session() as sess:
        make = tf.contrib.layers.variance_scaling_initializer(1.0, mode, uniform, seed=1)
        got = sess.run(make([3, 3, 40, 60]))
        assert got.var() == pytest.approx(1 / n, rel=0.05)
        assert got.dtype == np.float32
        xavier = sess.run(tf.contrib.layers.xavier_initializer(uniform, seed=1)([40, 60]))
        assert xavier.var() == pytest.approx(1 / 50, rel=0.1)


def test_refusals():
    for wrong in ({"mode": "FAN"}, {"dtype": tf.int32}):
        with pytest.raises(TypeError):
            tf.contrib.layers.variance_scaling_initializer(**wrong)
