"""Adagrad, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


def test_follows_the_algorithm():
    def step(w, g, t, accumulator):
        accumulator = accumulator + g * g
        return w - 0.5 * g / np.sqrt(accumulator), {"accumulator": accumulator}

    assert_follows(lambda: tf.train.AdagradOptimizer(0.5, 0.25), step, accumulator=0.25)


def test_the_initial_value_must_be_positive():
    with pytest.raises(ValueError, match="must be positive"):
        tf.train.AdagradOptimizer(0.1, 0.0)


def test_the_accumulator_starts_in_the_dtype_of_its_variable():
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable(np.zeros(1))
        optimizer = tf.train.AdagradOptimizer(0.5)
        optimizer.minimize(tf.reduce_sum(w * w))
        sess.run(tf.global_variables_initializer())
        assert sess.run(optimizer.get_slot(w, "accumulator")).tolist() == [0.1]
