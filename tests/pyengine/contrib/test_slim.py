"""`tf.contrib.slim`."""

import pyengine as tf


def test_layers_with_shared_arguments():
    slim = tf.contrib.slim
    with tf.Graph().as_default(), tf.Session() as sess:
        regularizer = slim.l2_regularizer(0.1)
        with slim.arg_scope([slim.conv2d, slim.fully_connected], weights_regularizer=regularizer):
            x = slim.conv2d(tf.zeros([2, 8, 8, 3]), 4, [3, 3], scope="c")
            y = slim.fully_connected(slim.flatten(x), 5, activation_fn=None, scope="f")
        assert y.shape.as_list() == [2, 5]
        assert len(tf.losses.get_regularization_losses()) == 2
        assert [v.op.name for v in slim.get_variables_by_name("weights")] == [
            "c/weights", "f/weights",
        ]  # fmt: skip
        assert slim.get_model_variables("c") == slim.get_variables("c")
        sess.run(tf.global_variables_initializer())
        assert sess.run(y).shape == (2, 5)
        assert slim.losses is tf.losses
