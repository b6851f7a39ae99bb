"""Regularizers."""

import pytest

import pyengine as tf

layers = tf.contrib.layers


def test_sums():
    with tf.Graph().as_default(), tf.Session() as sess:
        w = [1.0, -3.0]
        assert sess.run(layers.l1_regularizer(0.5)(w)) == 2
        assert sess.run(layers.l2_regularizer(0.5)(w)) == 2.5
        assert sess.run(layers.l1_l2_regularizer(0.5, 0.5)(w)) == 4.5
        assert sess.run(layers.l1_l2_regularizer(0.0, 0.5)(w)) == 2.5
        assert layers.l2_regularizer(0.0)(w) is None
        assert layers.sum_regularizer([None]) is None
        total = layers.apply_regularization(
            layers.l1_regularizer(1.0), [tf.constant(w), tf.ones(2)]
        )
        assert sess.run(total) == 6
        assert tf.losses.get_regularization_losses() == [total]


def test_refusals():
    for make in (layers.l1_regularizer, layers.l2_regularizer, layers.l1_l2_regularizer):
        with pytest.raises(ValueError, match="integer"):
            make(1)
    with pytest.raises(ValueError, match="less than 0"):
        layers.l2_regularizer(-0.5)
    with tf.Graph().as_default(), pytest.raises(ValueError, match="No weights"):
        layers.apply_regularization(layers.l1_regularizer(1.0))
