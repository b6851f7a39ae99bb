"""Names of TensorFlow 0.12."""

import numpy as np

import pyengine as tf
from pyengine import old_names


def test_names_are_at_the_top():
    for name in old_names.__all__:
        assert getattr(tf, name) is getattr(old_names, name)
        assert name in dir(tf)


def test_values():
    with tf.Graph().as_default(), tf.Session() as sess:
        chosen = tf.select(tf.constant([True, False]), t=[1.0, 2.0], e=[3.0, 4.0], name="s")
        assert sess.run(chosen).tolist() == [1.0, 4.0] and chosen.op.name == "s"
        assert sess.run(tf.complex_abs(tf.constant(3 + 4j))) == 5
        matrices = np.stack([np.eye(2), 4 * np.eye(2)])
        np.testing.assert_allclose(
            sess.run(tf.batch_cholesky(matrices)), np.stack([np.eye(2), 2 * np.eye(2)])
        )
